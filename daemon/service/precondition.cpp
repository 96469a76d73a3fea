#include "daemon/service/precondition.h"

#include <string>

namespace settings::daemon {

using Outcome = ipc::Condition::Outcome;

Error unmet(Outcome outcome, Tag tag) {
    auto const number = std::to_string(tag.revision);
    if (outcome == Outcome::matched)
        return {Errc::stale, "the settings are at revision " + number +
                                 ", and If-None-Match asks for another one, or for none"};
    return {Errc::stale, "the settings are not what If-Match names: they moved on to revision " +
                             number + "; read them again, with their ETag, and decide anew"};
}

Result<void> check(ipc::Condition const& condition, Tag tag) {
    if (condition.is_absent()) return {};
    auto const outcome = condition.of(text_of(tag));
    if (outcome != Outcome::holds) return unmet(outcome, tag);
    return {};
}

}  // namespace settings::daemon
