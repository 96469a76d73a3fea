#pragma once

#include <fcntl.h>
#include <unistd.h>

#include <filesystem>
#include <stdexcept>
#include <string>

#include "os/descriptor.h"

namespace settings::snapshot {

/// Any bytes where readers look for a snapshot, locked as a daemon that lives locks its own.
class PlantedFile {
  public:
    PlantedFile(std::filesystem::path const& path, std::string const& bytes)
        : file_{::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600)} {
        struct flock whole {};
        whole.l_type = F_WRLCK;
        auto const written = ::write(file_.number(), bytes.data(), bytes.size());
        if (written != static_cast<ssize_t>(bytes.size()) ||
            ::fcntl(file_.number(), F_OFD_SETLK, &whole) != 0)
            throw std::runtime_error{"cannot plant " + path.string()};
    }

    /// As when the daemon is killed.
    void unlock() { file_.close(); }

  private:
    os::Descriptor file_;
};

}  // namespace settings::snapshot
