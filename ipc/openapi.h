#pragma once

#include <string_view>

namespace settings::ipc {

/// The API in OpenAPI 3.1: docs/openapi.json, as it was when this was built.
extern std::string_view const openapi_json;

}  // namespace settings::ipc
