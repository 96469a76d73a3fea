#include "settings/status.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "client/fields.h"
#include "model/rfc3339.h"

namespace settings::client {
namespace {

using namespace std::chrono;

std::vector<std::string> texts_field(Json const& object, char const* name) {
    return value_as<std::vector<std::string>>(field(object, name))
        .value_or(std::vector<std::string>{});
}

std::optional<Status::LastError> last_error(Json const& error) {
    if (!error.is_object()) return std::nullopt;
    return Status::LastError{text_field(error, "message"), time_field(error, "at"),
                             text_field(error, "kind")};
}

std::optional<Status::Notice> notice_in(Json const& notice) {
    if (!notice.is_object()) return std::nullopt;
    return Status::Notice{text_field(notice, "message"), time_field(notice, "at")};
}

std::optional<Status::Account> account_in(Json const& account) {
    if (!account.is_object()) return std::nullopt;
    Json const& organization = field(account, "organization");
    return Status::Account{text_field(account, "id"),           text_field(account, "email"),
                           text_field(organization, "id"),      text_field(organization, "role"),
                           time_field(account, "since"),        text_field(account, "method"),
                           text_field(account, "secondFactor"), text_field(account, "provider")};
}

std::optional<seconds> span_field(Json const& object, char const* name) {
    Json const& span = field(object, name);
    if (!span.is_number()) return std::nullopt;
    // Bounded so that no number overflows; a year is as good as never.
    double const bounded = std::clamp(span.get<double>(), 0.0, 366.0 * 86'400);
    return seconds{std::lround(bounded)};
}

std::optional<Status::NextAttempt> next_attempt(Json const& next) {
    auto const in = span_field(next, "inSeconds");
    if (!in) return std::nullopt;
    return Status::NextAttempt{*in, text_field(next, "reason")};
}

std::vector<Status::Review::Difference> differences_in(Json const& list) {
    std::vector<Status::Review::Difference> differences;
    if (!list.is_array()) return differences;
    for (Json const& one : list)
        differences.push_back({text_field(one, "path"), value_field(one, "here"),
                               value_field(one, "there"), field(one, "gone") == true});
    return differences;
}

}  // namespace

std::optional<Time> time_from(std::string_view text) {
    auto const at = unix_milliseconds(text);
    if (!at) return std::nullopt;
    return Time{floor<seconds>(milliseconds{*at})};
}

std::vector<Status::Rejected> rejected_from(Json const& list) {
    std::vector<Status::Rejected> keys;
    if (!list.is_array()) return keys;
    for (Json const& one : list)
        keys.push_back({text_field(one, "key"), number_field<unsigned>(one, "status"),
                        text_field(one, "message"), time_field(one, "at"),
                        number_field<unsigned>(one, "refusals"), span_field(one, "retryInSeconds"),
                        one});
    return keys;
}

std::optional<Status::Review> review_from(Json const& review) {
    if (!review.is_object()) return std::nullopt;
    auto const count = [&review](char const* name) {
        return number_field<std::uint64_t>(review, name).value_or(0);
    };
    Status::Review held{count("known"), count("changed"), count("removed"), review};
    if (auto kind = text_field(review, "kind"); !kind.empty()) held.kind = std::move(kind);
    held.differ = count("differ");
    held.only_there = count("onlyThere");
    held.only_here = count("onlyHere");
    held.differences = differences_in(field(review, "differences"));
    held.keys = texts_field(review, "keys");
    held.tag = text_field(review, "tag");
    held.only_here_paths = texts_field(review, "onlyHerePaths");
    return held;
}

Status status_from(Json answer) {
    Status status;
    status.state = text_field(answer, "state");
    status.summary = text_field(answer, "summary");
    status.waits_for = text_field(answer, "waitsFor");
    status.revision = number_field<Revision>(answer, "revision");
    status.pending = number_field<std::uint64_t>(answer, "pending");
    status.pending_keys = texts_field(answer, "pendingKeys");
    status.rejected = rejected_from(field(answer, "rejected"));
    status.conflicts = number_field<std::uint64_t>(answer, "conflicts");
    status.review = review_from(field(answer, "review"));
    status.notice = notice_in(field(answer, "notice"));
    status.last_success = time_field(answer, "lastSuccess");
    status.last_error = last_error(field(answer, "lastError"));
    status.next_attempt = next_attempt(field(answer, "nextAttempt"));
    status.server = text_field(answer, "server");
    status.account = account_in(field(answer, "account"));
    status.allow = texts_field(answer, "allow");
    status.allow_read = texts_field(answer, "allowRead");
    status.version = text_field(answer, "version");
    status.answer = std::move(answer);
    return status;
}

}  // namespace settings::client
