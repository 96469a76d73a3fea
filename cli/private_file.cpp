#include "cli/private_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "cli/usage_error.h"

namespace settings::cli {
namespace {

bool write_whole(int descriptor, std::string const& text) {
    for (std::size_t at = 0; at < text.size();) {
        auto const count = write(descriptor, text.data() + at, text.size() - at);
        if (count <= 0) return false;
        at += static_cast<std::size_t>(count);
    }
    return fsync(descriptor) == 0;
}

}  // namespace

void write_private(std::string const& file, std::string const& text) {
    auto const fail = [&file] {
        throw UsageError{"cannot write " + file + ": " + std::strerror(errno)};
    };
    auto const fresh = file + ".new";
    unlink(fresh.c_str());
    int const descriptor = open(fresh.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (descriptor < 0) fail();
    bool const is_written = write_whole(descriptor, text);
    close(descriptor);
    if (is_written && std::rename(fresh.c_str(), file.c_str()) == 0) return;
    auto const error = errno;
    unlink(fresh.c_str());
    errno = error;
    fail();
}

}  // namespace settings::cli
