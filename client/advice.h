#pragma once

#include <string>

namespace settings::client {

/// For a person: how to have a daemon listen at `socket`, where none does, on this machine as it is
/// now. `usual` is what systemctl(1) usually has to do. Completes a sentence.
[[nodiscard]] std::string how_to_start(std::string const& socket, std::string const& usual);

}  // namespace settings::client
