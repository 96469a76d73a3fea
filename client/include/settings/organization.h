#pragma once

#include <chrono>
#include <optional>

#include "settings/value.h"

namespace settings::client {

/// The settings of the organization that the user's account is in, as the daemon had them from the
/// service last. They are the organization's, and never among the user's.
struct OrganizationSettings {
    Json settings;                ///< an object
    std::chrono::seconds age{0};  ///< since the service gave them
    bool is_stale = false;        ///< they could not be confirmed when that was due
};

}  // namespace settings::client
