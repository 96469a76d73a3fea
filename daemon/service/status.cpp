#include "daemon/service/status.h"

#include <fmt/format.h>

#include <algorithm>

#include "model/counted.h"
#include "model/examples.h"
#include "model/limits.h"
#include "model/quote.h"

namespace settings::daemon {
namespace {

using Ordered = nlohmann::ordered_json;

using std::chrono::seconds;

std::string keys(std::size_t count) { return counted(count, "key", "keys"); }

/// The state in a word and a sentence.
struct Headline {
    sync::State word;
    std::string sentence;
};

Headline when_idle(SyncState const& state) {
    if (state.pending > 0)
        return {sync::State::waiting, fmt::format("about to sync {}", keys(state.pending))};
    bool const is_held = !state.rejected.empty() || !state.unreadable_edited.empty();
    if (auto const lagging = state.report.lagging; lagging > 0)
        return {
            is_held ? sync::State::held : sync::State::waiting,
            fmt::format("the server accepted {} and does not show {} yet; looked at again in {}",
                        keys(lagging), lagging == 1 ? "it" : "them",
                        until(state.moment, *state.explanation.until))};
    if (is_held) return {sync::State::held, "all else is synced"};
    return {sync::State::idle, state.unreadable.empty() ? "synced" : "all else is synced"};
}

Headline when_resting(SyncState const& state, sync::Rest why) {
    auto const& told = state.explanation;
    auto const left = until(state.moment, *told.until);
    switch (why) {
        case sync::Rest::idle:
        case sync::Rest::verify:
        case sync::Rest::retry: return when_idle(state);
        case sync::Rest::debounce:
            if (state.pending == 0)  // edited, and edited back
                return {told.state,
                        fmt::format("nothing to send; a look at the server in {}", left)};
            return {told.state, fmt::format("about to sync {}, in {}", keys(state.pending), left)};
        case sync::Rest::backoff:
        case sync::Rest::retry_after:
        case sync::Rest::budget:
            return {told.state, fmt::format("next attempt in {}: {}", left, told.cause)};
        case sync::Rest::stopped:
            return {told.state,
                    fmt::format("stopped, and looked at again in {}: {}", left, told.cause)};
        case sync::Rest::due:
        case sync::Rest::offline:
        case sync::Rest::login:
        case sync::Rest::review:
        case sync::Rest::account: break;
    }
    return {told.state, told.cause};
}

Headline headline(SyncState const& state) {
    auto const& told = state.explanation;
    return told.rest ? when_resting(state, *told.rest) : Headline{told.state, told.cause};
}

Ordered next_attempt(SyncState const& state) {
    auto const& told = state.explanation;
    if (!told.until) return nullptr;
    auto const left = std::max(*told.until - state.moment.now, Time{0});
    return {{"inSeconds", std::chrono::ceil<seconds>(left).count()}, {"reason", told.cause}};
}

Ordered last_error(SyncState const& state) {
    auto const& report = state.report;
    if (!report.last_failure_at) return nullptr;
    return {{"kind", name_of(report.last_failure.fault)},
            {"message", report.last_failure.message},
            {"at", when(state.moment, *report.last_failure_at)},
            {"failuresInARow", report.failures}};
}

Ordered difference(Encounter::Difference const& example) {
    Ordered shown{{"path", path_text(example.path)}};
    if (example.ours) shown["here"] = *example.ours;
    if (example.theirs) shown["there"] = *example.theirs;
    return shown;
}

Ordered difference(MassChange::Difference const& example) {
    Ordered shown{{"path", path_text(example.path)}};
    if (example.ours) shown["here"] = *example.ours;
    if (example.theirs) shown["there"] = *example.theirs;
    if (example.is_gone) shown["gone"] = true;
    return shown;
}

/// Both accounts may hold any number of them.
Ordered first_of(std::vector<std::string> const& keys) {
    Ordered list = Ordered::array();
    for (auto const& key : keys)
        if (list.size() < shown_keys) list.push_back(key);
    return list;
}

Ordered encounter(Encounter const& encounter, std::string const& tag) {
    Ordered differences = Ordered::array();
    for (auto const& example : encounter.examples) differences.push_back(difference(example));
    Ordered here = Ordered::array();
    for (auto const& path : encounter.examples_here) here.push_back(path_text(path));
    return {{"kind", name_of(encounter.kind)},
            {"tag", tag},
            {"differ", encounter.differ},
            {"onlyThere", encounter.only_there},
            {"onlyHere", encounter.only_here},
            {"keys", first_of(encounter.keys)},
            {"differences", std::move(differences)},
            {"onlyHerePaths", std::move(here)}};
}

Ordered clock_skew(SyncState const& state) {
    if (!state.clock_skew) return nullptr;
    return state.clock_skew->count();
}

Ordered notice(SyncState const& state) {
    if (!state.notice) return nullptr;
    return {{"at", rfc3339(state.notice->at)}, {"message", state.notice->text}};
}

Ordered text_or_null(std::string const& text) {
    return text.empty() ? Ordered(nullptr) : Ordered(quote(text));
}

Ordered organization(sync::LoginNote const& note) {
    if (note.organization.empty()) return nullptr;
    return {{"id", quote(note.organization)}, {"role", text_or_null(note.role)}};
}

Ordered account(SyncState const& state) {
    if (!state.identity) return nullptr;
    auto const& [method, id, note] = *state.identity;
    Ordered since = nullptr;
    if (note.since) since = rfc3339(std::chrono::milliseconds{*note.since}.count());
    bool const is_login =
        method == sync::Identity::Method::password || method == sync::Identity::Method::tokens;
    Ordered provider = nullptr;
    if (is_login) provider = name_of(note.provider);
    return {{"id", text_or_null(id)},
            {"email", text_or_null(note.email)},
            {"organization", organization(note)},
            {"since", std::move(since)},
            {"method", name_of(method)},
            {"provider", std::move(provider)},
            {"secondFactor", text_or_null(note.factor)}};
}

/// The beginning of a sentence about what cannot be read at the server; empty when all can be. What
/// was edited here is named before the rest, for somebody waits for it.
std::string unreadable(SyncState const& state) {
    if (state.unreadable.empty()) return {};
    auto const& edited = state.unreadable_edited;
    auto const& key = edited.empty() ? state.unreadable.begin()->first : edited.front();
    auto const others = state.unreadable.size() - 1;
    auto const more = others == 0 ? "" : fmt::format(" and {} more", keys(others));
    auto const unsent = edited.empty()
                            ? ""
                            : fmt::format(", so {} edited here {} not sent", keys(edited.size()),
                                          edited.size() == 1 ? "is" : "are");
    return fmt::format("the server's value of \"{}\"{} cannot be read here{}; ", quote(key), more,
                       unsent);
}

}  // namespace

sync::State state_of(SyncState const& state) { return headline(state).word; }

Ordered waits_for(SyncState const& state) {
    if (!state.explanation.rest) return nullptr;
    return name_of(*state.explanation.rest);
}

std::string summary(SyncState const& state) {
    auto const sentence = unreadable(state) + headline(state).sentence;
    if (state.rejected.empty()) return sentence;
    bool const are_by_server =
        std::ranges::all_of(state.rejected, is_by_server, &store::Rejected::refusal);
    return fmt::format("{} {}: {}; {}", keys(state.rejected.size()),
                       are_by_server ? "rejected by the server" : "set aside",
                       state.rejected.front().refusal.message, sentence);
}

std::size_t unsent(SyncState const& state) {
    return state.pending + state.unreadable_edited.size();
}

Ordered status(SyncState const& state) {
    Ordered last_success = nullptr;
    if (state.report.last_success) last_success = when(state.moment, *state.report.last_success);
    return {{"success", true},
            {"state", name_of(state_of(state))},
            {"summary", summary(state)},
            {"waitsFor", waits_for(state)},
            {"revision", state.revision},
            {"pending", unsent(state)},
            {"pendingKeys", state.pending_keys},
            {"rejected", rejected_list(state)},
            {"unreadable", unreadable_list(state)},
            {"conflicts", state.conflicts},
            {"review", review(state)},
            {"notice", notice(state)},
            {"lastSuccess", std::move(last_success)},
            {"lastError", last_error(state)},
            {"nextAttempt", next_attempt(state)},
            {"server", state.server},
            {"account", account(state)},
            {"clockSkewSeconds", clock_skew(state)},
            {"stateDirectory", state.store_directory},
            {"allow", state.allow},
            {"allowRead", state.allow_read},
            {"version", SETTINGSD_VERSION}};
}

Ordered rejected_list(SyncState const& state) {
    Ordered list = Ordered::array();
    for (auto const& rejected : state.rejected) {
        auto const left = std::max(rejected.retry_at - state.moment.now, Time{0});
        list.push_back({{"key", rejected.key},
                        {"status", rejected.refusal.status},
                        {"message", rejected.refusal.message},
                        {"at", rfc3339(rejected.at)},
                        {"refusals", rejected.refusals},
                        {"retryInSeconds", std::chrono::ceil<seconds>(left).count()}});
    }
    return list;
}

/// The account may hold any number of them, by names of any length.
Ordered unreadable_list(SyncState const& state) {
    constexpr std::size_t most = 20;
    Ordered list = Ordered::array();
    for (auto const& [key, why] : state.unreadable) {
        if (list.size() == most) break;
        bool const is_long = key.size() > limits::key_bytes;
        list.push_back({{"key", is_long ? quote(key) : key}, {"message", why}});
    }
    return list;
}

Ordered review(SyncState const& state) {
    auto const tag = review_tag(state);
    if (state.report.encounter) return encounter(*state.report.encounter, tag);
    auto const& held = state.report.in_review;
    if (!held) return nullptr;
    Ordered examples = Ordered::array();
    for (auto const& example : held->examples) examples.push_back(difference(example));
    return {{"kind", "removals"},
            {"tag", tag},
            {"known", held->known},
            {"changed", held->changed},
            {"removed", held->removed},
            {"keys", first_of(held->keys)},
            {"differences", std::move(examples)}};
}

std::string review_tag(SyncState const& state) {
    auto const tag_of = [](auto const& waiting) {
        return fmt::format("{:016x}", waiting.document);
    };
    if (state.report.encounter) return tag_of(*state.report.encounter);
    return state.report.in_review ? tag_of(*state.report.in_review) : std::string{};
}

}  // namespace settings::daemon
