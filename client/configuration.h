#pragma once

#include "settings/configuration.h"

namespace settings::client {

/// The answer to GET /v1/configuration. What is not as it should be is left out.
[[nodiscard]] Configuration configuration_from(Json answer);

}  // namespace settings::client
