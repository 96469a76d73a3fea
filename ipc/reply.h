#pragma once

#include <string>
#include <string_view>

#include "ipc/command.h"
#include "model/result.h"

namespace settings::ipc {

/// The service's shape of a failure: {"success":false,"message":"…"}. The message is made
/// printable.
[[nodiscard]] Reply failure(unsigned status, std::string_view message);

/// The same with another member, which says more to programs.
[[nodiscard]] Reply failure(unsigned status, std::string_view message, char const* name,
                            nlohmann::ordered_json value);

/// The status that says whose fault an error is, with its sentence as the message.
[[nodiscard]] Reply failure(Error const& error);

/// JSON on one line, its members in the order given; what is no UTF-8 is replaced.
[[nodiscard]] std::string to_text(nlohmann::ordered_json const& json);

/// A JSON object as the body, its members in the order given.
[[nodiscard]] Reply success(nlohmann::ordered_json const& body);

}  // namespace settings::ipc
