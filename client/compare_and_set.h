#pragma once

#include <chrono>
#include <optional>

#include "client/calls.h"
#include "settings/editing.h"

namespace settings::client {

// edit(), apart from who carries it out: read, change, write if nobody was faster, else anew.

/// What makes `after` of `before`; both are objects. As small as the change, however large they
/// are.
[[nodiscard]] std::vector<Assignment> difference(Json const& before, Json const& after);

/// The write that makes of the settings what `change` does, provided that they are still these; or
/// its error. Nothing when it changes nothing.
[[nodiscard]] std::optional<Call<Revision>> write_of(Snapshot const& before,
                                                     DocumentChange const& change);

/// The same of the setting at `path`, by its own tag.
[[nodiscard]] std::optional<Call<Revision>> write_of(std::string_view path,
                                                     calls::Seen const& before,
                                                     ValueChange const& change);

/// Whether a value is too large, or too deep, to be sent whole, so that only what changed in it may
/// fit: see at().
[[nodiscard]] bool is_too_large(Result<std::optional<Revision>> const& saved);

/// A change of all settings that changes one alone, where it is or where set() would put it. Error:
/// conflict, when the path leads through a list or a plain value.
[[nodiscard]] DocumentChange at(std::string_view path, ValueChange change);

/// How long to wait after so many attempts that came too late; nothing when it is time to give up.
///
/// At random, and up to 200 ms: apps that wait for the same commit get their answers in the order
/// in which they asked, so that without it the first would be the first again and again.
[[nodiscard]] std::optional<std::chrono::microseconds> pause_after(int attempts);

/// Error stale: other apps changed the settings before each of the attempts.
[[nodiscard]] Error gave_up_on_edit();

}  // namespace settings::client
