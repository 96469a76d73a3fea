#include "cli/private_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "cli/usage_error.h"
#include "os/descriptor.h"
#include "os/write_durably.h"

namespace settings::cli {

void write_private(std::string const& file, std::string const& text) {
    auto const fail = [&file] {
        throw UsageError{"cannot write " + file + ": " + std::strerror(errno)};
    };
    if (struct stat there{}; stat(file.c_str(), &there) == 0 && !S_ISREG(there.st_mode))
        throw UsageError{file + " is no plain file; name one, or use: settingsctl dump"};
    auto fresh = file + ".XXXXXX";
    os::Descriptor const made{mkostemp(fresh.data(), O_CLOEXEC)};  // of mode 600
    if (!made.is_open()) fail();
    bool const is_written = os::write_durably(made.number(), text);
    if (is_written && std::rename(fresh.c_str(), file.c_str()) == 0) return;
    auto const error = errno;
    unlink(fresh.c_str());
    errno = error;
    fail();
}

}  // namespace settings::cli
