#include "sync/engine/posture.h"

namespace settings::sync {

bool needs_a_person(Posture const& posture) {
    if (std::holds_alternative<Paused>(posture)) return true;
    auto const* resting = std::get_if<Resting>(&posture);
    return resting != nullptr && needs_a_person(resting->why);
}

}  // namespace settings::sync
