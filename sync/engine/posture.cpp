#include "sync/engine/posture.h"

namespace settings::sync {

bool needs_a_person(Posture const& posture) {
    if (std::holds_alternative<Paused>(posture)) return true;
    auto const* resting = std::get_if<Resting>(&posture);
    if (resting == nullptr) return false;
    return resting->why == Rest::login || resting->why == Rest::review ||
           resting->why == Rest::account || resting->why == Rest::stopped;
}

}  // namespace settings::sync
