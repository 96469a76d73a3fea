#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "ipc/command.h"
#include "model/undo.h"

namespace settings::daemon {

/// A value that was put, or removed, by its own path.
struct OneValue {
    std::string etag;  ///< the tag of the value as it is now; empty where it was removed
};

/// The members of an answer that tell what was taken back. Takes long where that is much, so it is
/// for the writer's thread.
[[nodiscard]] std::string members_of(Undone const& undone);

/// An edit that is on disk.
struct Written {
    char const* message;
    Tag tag = {};
    std::optional<std::string> undone = {};  ///< members_of() what was taken back
    std::optional<OneValue> value = {};      ///< set where the edit was of one value alone
};

/// What became of an edit at the server, for an app that asked to wait for that (RFC 7240, 4.3).
struct Receipt {
    std::chrono::seconds wait;  ///< as the app asked for it
    bool synced = false;
    std::string reason = {};  ///< why the server does not have the edit
};

/// The answer to an edit, with the service's own members first.
[[nodiscard]] ipc::Reply edit_reply(Written const& edit,
                                    std::optional<Receipt> const& receipt = {});

}  // namespace settings::daemon
