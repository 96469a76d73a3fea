#include "client/calls.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "client/answers.h"
#include "client/asking.h"
#include "client/configuration.h"
#include "client/fields.h"
#include "client/target.h"
#include "model/rfc3339.h"

namespace settings::client::calls {
namespace {

/// More patience for what the daemon does at the server while we wait: lookup, TLS, two requests.
constexpr std::chrono::seconds at_the_server{90};

/// Each step may take as long as it may in a sync, and a token be renewed in between.
constexpr std::chrono::minutes on_the_way{3};

constexpr char const* assignments_path = "/v1/settings";
constexpr char const* values_path = "/v1/settings/";
constexpr unsigned absent_status = 404;
constexpr char const* organization_path = "/settings/organization";

// Asking

Result<Request> order(char const* target, Json const& body) {
    return once(request_with("POST", target, body));
}

Result<Request> credentials(Json const& body) {
    // A second login would leave the first one's tokens behind at the server.
    return once(request_with("PUT", "/v1/credentials", body));
}

WriteOptions under(std::optional<Tag> condition) {
    return WriteOptions{}.only_if(std::move(condition));
}

Json replacement(Json const& settings) { return {{"settings", settings}}; }

Json keys(std::vector<std::string> const& paths) { return {{"keys", paths}}; }

Json edits(std::vector<Assignment> const& assignments) {
    Json list = Json::array();
    for (auto const& one : assignments) {
        Json edit = Json::object();
        if (one.names().empty())
            edit["path"] = one.path();
        else
            edit["path"] = one.names();
        if (one.value()) edit["value"] = *one.value();
        list.push_back(std::move(edit));
    }
    return {{"edits", std::move(list)}};
}

std::string seconds_text(std::chrono::milliseconds wait) {
    std::string const fraction = std::to_string(1'000 + wait.count() % 1'000).substr(1);
    return std::to_string(wait.count() / 1'000) + '.' + fraction;
}

/// No edit is older than the epoch, or newer than a year of four digits, which is all that can be
/// written so.
std::string time_text(Time time) {
    using namespace std::chrono;
    constexpr Time last = sys_days{9999y / December / 31};
    auto const told = std::clamp(time, Time{}, last);
    return rfc3339(milliseconds{told.time_since_epoch()}.count());
}

// Reading

Result<Json> settings_of(Reply reply) { return member_of(reply, "settings"); }

Result<Json> value_of(Reply reply) { return member_of(reply, "value"); }

Result<Seen> seen_in(Reply reply) {
    if (reply.status == absent_status) return Seen{};
    auto value = value_of(reply);
    if (!value) return value.error();
    auto tag = tag_of(reply);
    if (tag.empty()) return not_understood("does not say which state of the setting it is");
    return Seen{*std::move(value), std::move(tag)};
}

Result<Snapshot> snapshot_of(Reply reply) {
    auto settings = settings_of(reply);
    if (!settings) return settings.error();
    auto tag = tag_of(reply);
    if (tag.empty()) return not_understood("does not say which state of the settings it is");
    return Snapshot{std::move(*settings), std::move(tag)};
}

Result<OrganizationSettings> organization_of(Reply reply) {
    auto body = body_of(reply);
    if (!body) return body.error();
    auto settings = value_field(*body, "settings");
    if (!settings) return not_understood("has no \"settings\"");
    std::uint32_t age = 0;
    std::from_chars(reply.age.data(), reply.age.data() + reply.age.size(), age);
    return OrganizationSettings{*std::move(settings), std::chrono::seconds{age},
                                field(*body, "stale") == true};
}

Result<Receipt> receipt_in(Json const& body, Tag tag) {
    auto const revision = number_field<Revision>(body, "revision");
    if (!revision) return not_understood("has no revision");
    return Receipt{*revision, field(body, "synced") == true, text_field(body, "reason"),
                   std::move(tag)};
}

Result<Receipt> receipt_of(Reply reply) {
    auto const body = body_of(reply);
    if (!body) return body.error();
    return receipt_in(*body, tag_of(reply));
}

Result<SyncOutcome> outcome_of(Reply reply) {
    auto const body = body_of(reply);
    if (!body) return body.error();
    auto const revision = number_field<Revision>(*body, "revision");
    if (!revision) return not_understood("has no revision");
    auto const synced = value_as<bool>(field(*body, "synced"));
    if (!synced) return not_understood("does not say whether everything is synced");
    return SyncOutcome{*synced, *revision, text_field(*body, "reason"),
                       number_field<std::uint64_t>(*body, "conflicts").value_or(0)};
}

Result<History> journal_of(Reply reply) {
    auto body = body_of(reply);
    if (!body) return body.error();
    if (!field(*body, "entries").is_array()) return not_understood("has no entries");
    return history_from(std::move(*body));
}

Result<Undone> undone_of(Reply reply) {
    auto body = body_of(reply);
    if (!body) return body.error();
    auto const receipt = receipt_in(*body, tag_of(reply));
    if (!receipt) return receipt.error();
    auto const undone = number_field<std::uint64_t>(*body, "undone");
    if (!undone) return not_understood("does not say how many revisions were undone");
    return Undone{receipt->revision,
                  *undone,
                  receipt->synced,
                  receipt->reason,
                  changes_in(field(*body, "changes")),
                  std::move(*body),
                  receipt->tag};
}

Result<Status> status_of(Reply reply) {
    auto body = body_of(reply);
    if (!body) return body.error();
    return status_from(std::move(*body));
}

/// A daemon that does not tell whether it has looked is an older one.
Result<Difference> difference_of(Reply reply) {
    auto const body = body_of(reply);
    if (!body) return body.error();
    auto const list = member_of(reply, "changes");
    if (!list) return list.error();
    return Difference{field(*body, "looked") != false, changes_in(*list)};
}

Result<Configuration> configuration_of(Reply reply) {
    auto body = body_of(reply);
    if (!body) return body.error();
    return configuration_from(std::move(*body));
}

Result<Walk> walk_of(Reply reply) {
    auto body = body_of(reply);
    if (!body) return body.error();
    return walk_from(std::move(*body));
}

Result<Explanation> explanation_of(Reply reply) {
    auto body = body_of(reply);
    if (!body) return body.error();
    return explanation_from(std::move(*body));
}

Result<std::vector<Conflict>> conflicts_of(Reply reply) {
    auto const list = member_of(reply, "conflicts");
    if (!list) return list.error();
    return conflicts_from(*list);
}

Result<std::vector<Status::Rejected>> rejected_of(Reply reply) {
    auto const list = member_of(reply, "rejected");
    if (!list) return list.error();
    return rejected_from(*list);
}

Result<std::uint64_t> count_of(Reply reply) {
    auto const keys = member_of(reply, "keys");
    if (!keys) return keys.error();
    auto const count = value_as<std::uint64_t>(*keys);
    if (!count) return not_understood("does not say how many");
    return *count;
}

char const* name_of(Verdict verdict) {
    switch (verdict) {
        case Verdict::apply: return "apply";
        case Verdict::refuse: return "refuse";
        case Verdict::merge: return "merge";
        case Verdict::account: return "account";
        case Verdict::device: return "device";
    }
    return "";
}

char const* name_of(First first) {
    switch (first) {
        case First::ask: return "ask";
        case First::merge: return "merge";
        case First::account: return "account";
        case First::device: return "device";
    }
    return "";
}

Result<std::optional<Status::Review>> held_of(Reply reply) {
    auto const review = member_of(reply, "review");
    if (!review) return review.error();
    return review_from(*review);
}

}  // namespace

Call<Snapshot> snapshot() { return {get_of("/settings/user"), snapshot_of}; }

Call<Json> document() { return {get_of("/settings/user"), settings_of}; }

Call<Json> get(std::string_view path) {
    return {get_of(values_path + percent_encoded(path)), value_of};
}

Call<Seen> look_at(std::string_view path) {
    return {get_of(values_path + percent_encoded(path)), seen_in};
}

Call<Revision> put(std::string_view path, std::optional<Json> const& value, Seen const& seen) {
    auto target = values_path + percent_encoded(path);
    Result<Request> request = Request{.method = "DELETE", .target = target};
    if (value) request = request_with("PUT", std::move(target), *value);
    // Once: our own first attempt would make the second one stale.
    request = once(std::move(request), Request::Effect::edit);
    if (seen.value) request = demand(std::move(request), seen.tag);
    if (request && !seen.value) request->headers.push_back({"If-None-Match", "*"});
    return {std::move(request), revision_of};
}

Call<Revision> set(std::string_view path, Json const& value) {
    return assign({{std::string{path}, value}}, std::nullopt);
}

Call<Revision> patch(Json const& partial, std::optional<Tag> only_if) {
    return {write("PUT", partial, under(std::move(only_if))), revision_of};
}

Call<Revision> replace(Json const& settings, std::optional<Tag> only_if) {
    return {write("POST", replacement(settings), under(std::move(only_if))), revision_of};
}

Call<Revision> erase(std::vector<std::string> const& paths, std::optional<Tag> only_if) {
    return {write("DELETE", keys(paths), under(std::move(only_if))), revision_of};
}

Call<Revision> assign(std::vector<Assignment> const& assignments, std::optional<Tag> only_if) {
    return {write("PATCH", edits(assignments), under(std::move(only_if)), assignments_path),
            revision_of};
}

Call<Receipt> assign(std::vector<Assignment> const& assignments, WriteOptions const& options) {
    return {write("PATCH", edits(assignments), options, assignments_path), receipt_of,
            options.wait()};
}

Call<Receipt> patch(Json const& partial, WriteOptions const& options) {
    return {write("PUT", partial, options), receipt_of, options.wait()};
}

Call<Receipt> replace(Json const& settings, WriteOptions const& options) {
    return {write("POST", replacement(settings), options), receipt_of, options.wait()};
}

Call<Receipt> erase(std::vector<std::string> const& paths, WriteOptions const& options) {
    return {write("DELETE", keys(paths), options), receipt_of, options.wait()};
}

Call<OrganizationSettings> organization() {
    return {get_of(organization_path), organization_of, at_the_server};
}

// Each is sent on to the service, which is not to get it twice.

Call<void> patch_organization(Json const& partial) {
    return {once(request_with("PUT", organization_path, partial)), done, at_the_server};
}

Call<void> replace_organization(Json const& settings) {
    return {once(request_with("POST", organization_path, replacement(settings))), done,
            at_the_server};
}

Call<void> erase_organization(std::vector<std::string> const& paths) {
    return {once(request_with("DELETE", organization_path, keys(paths))), done, at_the_server};
}

Call<History> journal(JournalQuery const& query) {
    Target target{"/v1/journal"};
    target.with("since", query.since()).with("limit", query.limit()).with("path", query.path());
    return {get_of(target.text()), journal_of};
}

Call<Undone> undo(UndoOrder const& what) {
    Json body = Json::object();
    if (what.revision()) body["revision"] = *what.revision();
    if (what.burst()) body["burst"] = true;
    if (what.since()) body["since"] = time_text(*what.since());
    if (what.force()) body["force"] = true;
    if (what.dry_run()) body["dryRun"] = true;
    auto request =
        demand(once(request_with("POST", "/v1/undo", body), Request::Effect::edit), what.only_if());
    if (request && what.wait().count() > 0) prefer(*request, what.wait());
    return {std::move(request), undone_of, what.wait()};
}

Call<Difference> difference() { return {get_of("/v1/difference"), difference_of}; }

Call<Configuration> configuration() { return {get_of("/v1/configuration"), configuration_of}; }

Call<Status> status() { return {get_of("/v1/status"), status_of}; }

Call<SyncOutcome> sync(std::chrono::milliseconds wait) {
    Target target{"/v1/sync"};
    if (wait.count() > 0) target.with("wait", seconds_text(wait));
    return {post_of(target.text()), outcome_of, wait};
}

Call<Walk> walk() { return {post_of("/v1/walk"), walk_of, on_the_way}; }

Call<Explanation> explain(std::string_view path) {
    return {get_of(Target{"/v1/explain"}.with("path", path).text()), explanation_of};
}

Call<void> pause() { return {post_of("/v1/pause"), done}; }

Call<void> resume() { return {post_of("/v1/resume"), done}; }

Call<void> dismiss_notice() {
    return {once(Request{.method = "DELETE", .target = "/v1/notice"}), done};
}

Call<std::vector<Conflict>> conflicts() { return {get_of("/v1/conflicts"), conflicts_of}; }

Call<Revision> restore_conflict(std::int64_t id) {
    Json const body{{"action", "restore"}, {"id", id}};
    return {once(request_with("POST", "/v1/conflicts", body), Request::Effect::edit), revision_of};
}

Call<void> discard_conflict(std::int64_t id) {
    return {order("/v1/conflicts", {{"action", "discard"}, {"id", id}}), done};
}

Call<std::vector<Status::Rejected>> rejected() { return {get_of("/v1/rejected"), rejected_of}; }

Call<std::uint64_t> retry_rejected(std::optional<std::string_view> key) {
    Json body{{"action", "retry"}};
    if (key) body["key"] = *key;
    return {order("/v1/rejected", body), count_of};
}

Call<void> discard_rejected(std::string_view key) {
    return {order("/v1/rejected", {{"action", "discard"}, {"key", key}}), done};
}

Call<std::optional<Status::Review>> review() { return {get_of("/v1/review"), held_of}; }

Call<void> decide(Decision const& decision) {
    Json body{{"action", name_of(decision.verdict())}};
    if (decision.keys()) body["keys"] = *decision.keys();
    if (!decision.account().empty()) body["account"] = decision.account();
    if (!decision.device().empty()) body["device"] = decision.device();
    return {demand(order("/v1/review", body), decision.only_if()), done};
}

Call<void> log_in(std::string_view email, std::string_view password, std::optional<First> first) {
    Json body{{"email", email}, {"password", password}};
    if (first) body["first"] = name_of(*first);
    return {credentials(body), done, at_the_server};
}

Call<void> adopt_tokens(std::string_view access, std::string_view refresh,
                        std::optional<First> first, std::string_view provider) {
    Json body{{"accessToken", access}};
    if (!refresh.empty()) body["refreshToken"] = refresh;
    if (first) body["first"] = name_of(*first);
    if (!provider.empty()) body["provider"] = provider;
    return {credentials(body), done, at_the_server};
}

Call<void> show_code(std::string_view code) {
    return {credentials({{"mfaCode", code}}), done, at_the_server};
}

Call<void> show_link(std::string_view token) {
    return {credentials({{"mfaLinkToken", token}}), done, at_the_server};
}

Call<void> mail_link() {
    return {order("/v1/credentials", {{"action", "mail-link"}}), done, at_the_server};
}

Call<void> log_out() {
    return {once(Request{.method = "DELETE", .target = "/v1/credentials"}), done, at_the_server};
}

}  // namespace settings::client::calls
