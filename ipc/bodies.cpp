#include "ipc/bodies.h"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <map>
#include <set>
#include <utility>

#include "model/limits.h"
#include "model/path.h"
#include "model/provider.h"
#include "model/rfc3339.h"

namespace settings::ipc {
namespace {

constexpr std::size_t edits_depth = 3;  ///< {"edits":[{"value":…}]}

Error refusal(std::string message) { return Error{Errc::bad_request, std::move(message)}; }

Error expected(std::string_view wanted) { return refusal("send " + std::string{wanted}); }

/// A revision, or the number of a conflict; nothing for what is no whole number, or none so large.
std::optional<std::int64_t> number_in(Json const* value) {
    if (value == nullptr || !value->is_number_integer()) return std::nullopt;
    bool const is_too_large =
        value->is_number_unsigned() && !std::in_range<std::int64_t>(value->get<std::uint64_t>());
    return is_too_large ? std::nullopt : std::optional{value->get<std::int64_t>()};
}

/// What an app may nest and name, with `envelope` levels around it.
JsonLimits within_limits(std::size_t envelope) {
    return {.depth = limits::json_depth + envelope,
            .envelope = envelope,
            .key_bytes = limits::key_bytes,
            .exact_numbers = true};
}

/// `envelope` is how many levels are around what an app nests.
Result<Json> parse_object(std::string_view body, std::string_view wanted,
                          std::size_t envelope = 0) {
    auto const refuse = [wanted](std::string_view what) {
        return refusal(std::string{what} + "; send " + std::string{wanted});
    };
    // Node's http sends the body of a DELETE without its length, unless told to
    // (nodejs/node#27880).
    if (body.empty()) return refuse("the body is empty, or its Content-Length is missing");
    Result<Json> parsed = parse_json(body, within_limits(envelope));
    if (parsed && !parsed->is_object())
        return refuse(std::string{"the body is of type "} + parsed->type_name());
    return parsed;
}

/// The first member that is not `known`, or nothing.
std::optional<std::string> stranger(Json const& object,
                                    std::initializer_list<std::string_view> known) {
    for (auto const& [name, value] : object.items())
        if (std::find(known.begin(), known.end(), name) == known.end()) return name;
    return std::nullopt;
}

Error unknown_member(std::string const& name, std::string_view known) {
    return refusal("unknown member \"" + name + "\" beside \"" + std::string{known} +
                   "\"; take it out");
}

/// The member "path": a text, or the names one by one, which are never none. Nothing when it is
/// neither.
std::optional<std::variant<std::string, Path>> path_in(Json const& edit) {
    auto const* path = member(&edit, "path");
    if (path == nullptr) return std::nullopt;
    if (path->is_string()) return path->get<std::string>();
    bool const is_names =
        path->is_array() && !path->empty() &&
        std::all_of(path->begin(), path->end(), [](auto const& name) { return name.is_string(); });
    if (!is_names || path->size() > limits::path_steps) return std::nullopt;
    return path->get<Path>();
}

/// A body that names an action on one thing, as in {"action":"retry","key":"theme"}.
class Action {
  public:
    Action() = default;
    Action(std::string name, std::optional<Json> subject)
        : name_{std::move(name)}, subject_{std::move(subject)} {}

    [[nodiscard]] bool is(std::string_view name) const { return name_ == name; }
    [[nodiscard]] std::optional<Json> const& subject() const { return subject_; }

  private:
    std::string name_;
    std::optional<Json> subject_;
};

/// An "action" that is a string, and nothing beside it but perhaps the `subject`.
Result<Action> action_in(std::string_view body, std::string_view subject, std::string_view wanted) {
    auto const object = parse_object(body, wanted);
    if (!object) return object.error();
    auto const* action = member(&*object, "action");
    if (action == nullptr || !action->is_string() || stranger(*object, {"action", subject}))
        return expected(wanted);
    return Action{action->get<std::string>(), copy_of(member(&*object, subject))};
}

/// A member that lists keys; absent is none. What is there and lists none is wrong: it may have
/// been meant for all of them, or for none.
Result<std::vector<std::string>> keys_in(Json const& object, char const* name) {
    std::vector<std::string> keys;
    auto const* list = member(&object, name);
    if (list == nullptr) return keys;
    if (!list->is_array() || list->empty())
        return refusal('"' + std::string{name} +
                       "\" must list the settings that are meant, or be left out");
    for (Json const& key : *list) {
        if (!key.is_string())
            return refusal("key number " + std::to_string(keys.size() + 1) +
                           " is not a string; name each key as in \"theme\"");
        keys.push_back(key.get<std::string>());
        if (auto const right = check_path(keys.back()); !right) return right.error();
    }
    return keys;
}

/// A member that is true or false; absent is false. Nothing when it is of another kind.
std::optional<bool> flag_in(Json const& object, char const* name) {
    auto const* flag = member(&object, name);
    if (flag == nullptr) return false;
    if (!flag->is_boolean()) return std::nullopt;
    return flag->get<bool>();
}

/// The members of a body that are all texts with something in them.
using Texts = std::map<std::string, std::string, std::less<>>;

std::optional<Texts> texts_in(Json const& object) {
    Texts texts;
    for (auto const& [name, value] : object.items()) {
        if (!value.is_string() || value.get_ref<std::string const&>().empty()) return std::nullopt;
        texts[name] = value.get<std::string>();
    }
    return texts;
}

/// The text of that name; empty when there is none.
std::string text_in(Texts const& texts, std::string_view name) {
    auto const found = texts.find(name);
    return found == texts.end() ? std::string{} : found->second;
}

using Names = std::set<std::string_view>;

/// Whether each of the needed names is there, and no other one but the optional.
bool has_shape(Texts const& texts, Names const& needed, Names const& optional = {}) {
    auto const is_needed = [&](auto const& text) { return needed.contains(text.first); };
    auto const is_known = [&](auto const& text) {
        return needed.contains(text.first) || optional.contains(text.first);
    };
    return std::ranges::count_if(texts, is_needed) == std::ssize(needed) &&
           std::ranges::all_of(texts, is_known);
}

}  // namespace

Result<Edit> patch_in(std::string_view body) {
    auto partial = parse_object(body, R"(an object: {"theme":"dark"})");
    if (!partial) return partial.error();
    return Edit{Patch{*std::move(partial)}};
}

Result<Edit> replace_in(std::string_view body) {
    constexpr std::string_view wanted = R"(the whole document, wrapped: {"settings":{…}})";
    auto wrapper = parse_object(body, wanted, 1);
    if (!wrapper) return wrapper.error();
    if (auto const name = stranger(*wrapper, {"settings"}))
        return unknown_member(*name, "settings");
    auto const settings = wrapper->find("settings");
    if (settings == wrapper->end() || !settings->is_object())
        return refusal("\"settings\" must be an object; send " + std::string{wanted});
    return Edit{Replace{std::move(*settings)}};
}

Result<Edit> erase_in(std::string_view body) {
    constexpr std::string_view wanted = R"(the keys: {"keys":["theme"]})";
    auto wrapper = parse_object(body, wanted);
    if (!wrapper) return wrapper.error();
    if (auto const name = stranger(*wrapper, {"keys"})) return unknown_member(*name, "keys");
    auto const keys = wrapper->find("keys");
    if (keys == wrapper->end() || !keys->is_array() || keys->empty())
        return refusal("Keys array is required and must not be empty");
    Erase erase;
    for (Json const& key : *keys) {
        if (!key.is_string() || key.get_ref<std::string const&>().empty())
            return refusal("key number " + std::to_string(erase.paths.size() + 1) +
                           " is not a non-empty string; name each key as in \"theme\"");
        if (auto const right = check_path(key.get_ref<std::string const&>()); !right)
            return right.error();
        erase.paths.push_back(key.get<std::string>());
    }
    return Edit{std::move(erase)};
}

Result<Edit> assignments_in(std::string_view body) {
    constexpr std::string_view wanted =
        R"(values at their paths: {"edits":[{"path":"theme","value":"dark"},{"path":"old"}]}; one without a value is removed)";
    auto wrapper = parse_object(body, wanted, edits_depth);
    if (!wrapper) return wrapper.error();
    auto const edits = wrapper->find("edits");
    if (wrapper->size() != 1 || edits == wrapper->end() || !edits->is_array() || edits->empty())
        return expected(wanted);
    Assignments assignments;
    for (Json& edit : *edits) {
        if (!edit.is_object()) return expected(wanted);
        auto path = stranger(edit, {"path", "value"}) ? std::nullopt : path_in(edit);
        if (!path) return expected(wanted);
        auto& one = assignments.list.emplace_back();
        one.path = *std::move(path);
        if (auto const* text = std::get_if<std::string>(&one.path))
            if (auto const right = check_path(*text); !right) return right.error();
        if (edit.contains("value")) one.value = std::move(edit["value"]);
    }
    return Edit{std::move(assignments)};
}

Result<Json> value_in(std::string_view body) {
    constexpr std::string_view wanted =
        R"(; send the value alone, as JSON: "dark", 14 or {"size":14})";
    if (body.empty()) return refusal("the body is empty" + std::string{wanted});
    auto value = parse_json(body, within_limits(0));
    if (value || value.error().code() != Errc::bad_request) return value;
    return refusal(value.error().message() + std::string{wanted});
}

Result<Undo> undo_in(std::string_view body) {
    constexpr std::string_view wanted =
        R"({} for the newest edit, {"burst":true}, {"revision":7}, {"revision":7,"burst":true} or {"since":"2026-11-23T19:00:00Z"}, each with "force":true or "dryRun":true if need be)";
    auto const object = parse_object(body, wanted);
    if (!object) return object.error();
    auto const* revision = member(&*object, "revision");
    auto const* since = member(&*object, "since");
    auto const burst = flag_in(*object, "burst");
    auto const force = flag_in(*object, "force");
    auto const dry_run = flag_in(*object, "dryRun");
    if (!burst || !force || !dry_run ||
        stranger(*object, {"revision", "since", "burst", "force", "dryRun"}))
        return expected(wanted);
    auto const undo = [&](auto what) { return Undo{what, *force, *dry_run}; };
    if (auto const number = number_in(revision); number && since == nullptr) {
        if (*burst) return undo(Undo::Burst{*number});
        return undo(Undo::One{*number});
    }
    if (revision != nullptr) return expected(wanted);
    if (since == nullptr) return undo(Undo::Newest{*burst});
    if (*burst || !since->is_string()) return expected(wanted);
    auto const at = unix_milliseconds(since->get<std::string>());
    if (!at) return expected(wanted);
    return undo(Undo::Since{*at});
}

Result<Command> conflict_order_in(std::string_view body) {
    constexpr std::string_view wanted =
        R"({"action":"restore","id":1} to put that value back, or {"action":"discard","id":1})";
    auto const action = action_in(body, "id", wanted);
    if (!action) return action.error();
    bool const restore = action->is("restore");
    bool const is_known = restore || action->is("discard");
    auto const& subject = action->subject();
    auto const id = number_in(subject ? &*subject : nullptr);
    if (!is_known || !id) return expected(wanted);
    return Command{ResolveConflict{*id, restore}};
}

Result<Command> rejected_order_in(std::string_view body) {
    constexpr std::string_view wanted =
        R"({"action":"retry"}, {"action":"retry","key":"theme"} or {"action":"discard","key":"theme"})";
    auto const action = action_in(body, "key", wanted);
    if (!action) return action.error();
    auto const& subject = action->subject();
    if (subject && !subject->is_string()) return expected(wanted);
    std::optional<std::string> key;
    if (subject) key = subject->get<std::string>();
    if (action->is("retry")) return Command{RetryRejected{std::move(key)}};
    if (action->is("discard") && key) return Command{DiscardRejected{*std::move(key)}};
    return expected(wanted);
}

Result<Command> verdict_in(std::string_view body) {
    constexpr std::string_view wanted =
        R"({"action":"apply"} to take the server's document over, or {"action":"refuse"} to put this device's back, each with "keys":["theme"] for these alone; where another account's is held, "merge", "account" or "device", each with "account":["theme"] and "device":["font"] for what is decided otherwise)";
    auto const object = parse_object(body, wanted);
    if (!object) return object.error();
    auto const* named = member(&*object, "action");
    if (named == nullptr || !named->is_string()) return expected(wanted);
    auto const action = named->get<std::string>();
    bool const is_verdict = action == "apply" || action == "refuse";
    if (is_verdict ? stranger(*object, {"action", "keys"})
                   : stranger(*object, {"action", "account", "device"}))
        return expected(wanted);
    auto keys = keys_in(*object, "keys");
    auto account = keys_in(*object, "account");
    auto device = keys_in(*object, "device");
    for (auto const* list : {&keys, &account, &device})
        if (!*list) return list->error();
    if (is_verdict)
        return Command{
            Decide{action == "apply" ? Verdict::apply : Verdict::refuse, *std::move(keys)}};
    for (auto const meeting : {Meeting::merge, Meeting::account, Meeting::device})
        if (action == name_of(meeting))
            return Command{Meet{meeting, *std::move(account), *std::move(device)}};
    return expected(wanted);
}

Result<Command> login_in(std::string_view body) {
    constexpr std::string_view wanted =
        R"(send {"email":"…","password":"…"} or {"accessToken":"…","refreshToken":"…","provider":"LOCAL"}, each with "first":"ask", "account", "device" or "merge" if need be; or {"mfaCode":"…"} or {"mfaLinkToken":"…"} to finish a login)";
    auto const object = parse_json(body, {.depth = limits::json_depth});
    if (!object || !object->is_object())
        return refusal("the body is not a JSON object; " + std::string{wanted});
    auto const unclear =
        refusal("that is neither a login nor a pair of tokens; " + std::string{wanted});
    auto const texts = texts_in(*object);
    if (!texts) return unclear;
    if (has_shape(*texts, {"mfaCode"}) || has_shape(*texts, {"mfaLinkToken"}))
        return Command{ShowFactor{text_in(*texts, "mfaCode"), text_in(*texts, "mfaLinkToken")}};
    auto const first = meeting_named(text_in(*texts, "first"));
    if (texts->contains("first") && !first) return unclear;
    if (has_shape(*texts, {"email", "password"}, {"first"}))
        return Command{LogIn{text_in(*texts, "email"), text_in(*texts, "password"), first}};
    if (!has_shape(*texts, {"accessToken"}, {"refreshToken", "first", "provider"})) return unclear;
    AdoptTokens pair{text_in(*texts, "accessToken"), text_in(*texts, "refreshToken"), first};
    if (!texts->contains("provider")) return Command{std::move(pair)};
    auto const provider = provider_named(text_in(*texts, "provider"));
    if (!provider)
        return refusal(
            R"("provider" is none of LOCAL, GOOGLE, GITHUB, MICROSOFT and WEB3_STELLAR)");
    pair.provider = *provider;
    return Command{std::move(pair)};
}

Result<Command> login_order_in(std::string_view body) {
    constexpr std::string_view wanted =
        R"({"action":"mail-link"} to have a link mailed that finishes a login)";
    auto const action = action_in(body, "", wanted);
    if (!action) return action.error();
    if (!action->is("mail-link") || action->subject()) return expected(wanted);
    return Command{MailLink{}};
}

}  // namespace settings::ipc
