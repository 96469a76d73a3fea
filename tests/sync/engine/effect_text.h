#pragma once

#include <optional>
#include <string>

#include "sync/engine/effect.h"
#include "sync/engine/posture.h"

namespace settings::sync {

/// An effect as a test writes it down: `Put {"a":1}`, `Delete a.b, c`, `Freeze 1 after 3`,
/// `Remember` (`Remember, nothing arrived` when it is known that nothing did).
[[nodiscard]] std::string text(Effect const& effect);

/// `rest: backoff`, `paused`, or `awaits …`.
[[nodiscard]] std::string text(Posture const& posture);

/// What the engine does next: the effect, or the posture when there is none.
[[nodiscard]] std::string text(std::optional<Effect> const& effect, Posture const& posture);

}  // namespace settings::sync
