#include "daemon/service/precondition.h"

#include <string>

namespace settings::daemon {

using Outcome = ipc::Condition::Outcome;

Error unmet(Outcome outcome, Revision revision) {
    auto const number = std::to_string(revision);
    if (outcome == Outcome::matched)
        return {Errc::stale, "the settings are at revision " + number +
                                 ", and If-None-Match asks for another one, or for none"};
    return {Errc::stale,
            "the settings moved on to revision " + number + "; read them again and decide anew"};
}

Result<void> check(ipc::Condition const& condition, Revision revision) {
    auto const outcome = condition.of(std::to_string(revision));
    if (outcome != Outcome::holds) return unmet(outcome, revision);
    return {};
}

}  // namespace settings::daemon
