#pragma once

#include <string>

#include "daemon/service/status.h"

namespace settings::daemon {

/// One setting, and where the top-level key that it is part of stands.
struct SettingState {
    std::string path;      ///< dotted, as it was asked for
    bool exists = false;   ///< apps see a value there
    bool pending = false;  ///< the server is not known to have that value, or to have none there
    store::Standing key;
    std::vector<std::int64_t> conflicts = {};  ///< numbers of those about it, or about a part of it
    Path names = {};                           ///< that the path was read as
};

/// The body of GET /v1/explain: the causes from the edit to what would end the wait, told from the
/// rows of the store and the posture of the engine.
[[nodiscard]] nlohmann::ordered_json explanation(SettingState const& setting,
                                                 SyncState const& sync);

}  // namespace settings::daemon
