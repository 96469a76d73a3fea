#pragma once

#include <chrono>
#include <string>
#include <string_view>

namespace settings::ipc {

/// A moment as HTTP writes it (RFC 9110, 5.6.7): "Sun, 06 Nov 1994 08:49:37 GMT".
[[nodiscard]] std::string http_date(std::chrono::sys_seconds at);

/// Now, for the Date of an answer (RFC 9110, 6.6.1). Written once a second; stays as it is until
/// this thread asks again.
[[nodiscard]] std::string_view http_date_now();

}  // namespace settings::ipc
