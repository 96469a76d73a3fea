#include "daemon/service/precondition.h"

#include <string>
#include <utility>

#include "ipc/reply.h"

namespace settings::daemon {
namespace {

using ipc::Condition;
using Outcome = Condition::Outcome;

/// As a sentence, for a document at this revision.
std::string why_not(Outcome outcome, Revision revision) {
    auto const number = std::to_string(revision);
    if (outcome == Outcome::matched)
        return "the settings are at revision " + number +
               ", and If-None-Match asks for another one, or for none";
    return "the settings are not what If-Match names: they moved on to revision " + number +
           "; read them again, with their ETag, and decide anew";
}

/// As a sentence, for the value at `path`, or for none.
std::string why_not(Outcome outcome, std::string const& path, bool has_value) {
    auto const name = '"' + path + '"';
    if (outcome == Outcome::matched)
        return name + (has_value ? " has a value already" : " has no value") +
               ", and If-None-Match asks for another state";
    if (!has_value) return name + " has no value, and If-Match asks for one";
    return name +
           " is not what If-Match names: it has another value by now; read it again, with its "
           "ETag, and decide anew";
}

}  // namespace

std::optional<Unmet> unmet(Condition const& condition, Tag document) {
    if (condition.is_absent()) return std::nullopt;
    auto etag = text_of(document);
    auto const outcome = condition.of({{etag}});
    if (outcome == Outcome::holds) return std::nullopt;
    auto why = condition.can_match_nothing() ? no_strong_tag : why_not(outcome, document.revision);
    return Unmet{outcome, {Errc::stale, std::move(why)}, std::move(etag)};
}

std::optional<Unmet> unmet(Condition const& condition, std::string const& path, Seen const& seen) {
    bool const has_value = !seen.etag.empty();
    Condition::Present present{{text_of(seen.document)}, has_value};
    if (has_value) present.tags.push_back(seen.etag);
    auto const outcome = condition.of(present);
    if (outcome == Outcome::holds) return std::nullopt;
    auto why = condition.can_match_nothing() ? no_strong_tag : why_not(outcome, path, has_value);
    return Unmet{outcome, {Errc::stale, std::move(why)}, seen.etag};
}

ipc::Reply refusal(Unmet const& unmet) {
    auto reply = ipc::failure(unmet.why);
    reply.etag = unmet.etag;
    return reply;
}

}  // namespace settings::daemon
