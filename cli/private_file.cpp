#include "cli/private_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
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
    if (struct stat there{}; stat(file.c_str(), &there) == 0 && !S_ISREG(there.st_mode))
        throw UsageError{file + " is no plain file; name one, or use: settingsctl dump"};
    auto fresh = file + ".XXXXXX";
    int const descriptor = mkostemp(fresh.data(), O_CLOEXEC);  // of mode 600
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
