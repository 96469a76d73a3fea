#pragma once

#include <string>
#include <vector>

#include "ipc/admission.h"
#include "ipc/socket.h"

namespace settings::daemon {

struct Config;

/// What names in a configuration mean on this machine: users, and groups behind an '@'.
struct Named {
    ipc::People people = {};
    std::vector<std::string> problems = {};  ///< a sentence for each name that lets nobody in
};

/// Asks the system. A name that is not known, or that the kernel cannot tell from others as this
/// process sees them, gets nobody in.
[[nodiscard]] Named people_named(std::vector<std::string> const& names);

/// Who may use the socket, by a configuration. Warns of names that let nobody in.
[[nodiscard]] ipc::Admission admission_of(Config const& config);

/// Whom the file system is to let through: everybody, where others than root are to be asked.
[[nodiscard]] ipc::Through through_for(Config const& config);

}  // namespace settings::daemon
