#include "cli/private_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string_view>

#include "cli/usage_error.h"
#include "os/descriptor.h"
#include "os/write_durably.h"

namespace settings::cli {

namespace {

/// Whether a file is one of SQLite's, as the store of settingsd is (sqlite.org/fileformat2.html).
bool is_database(std::string const& file) {
    constexpr std::string_view magic = "SQLite format 3";
    std::string head(magic.size(), '\0');
    std::ifstream{file, std::ios::binary}.read(head.data(),
                                               static_cast<std::streamsize>(head.size()));
    return head == magic;
}

/// The file that a name leads to: that is replaced, and no link on the way there.
std::string end_of_links(std::string const& name) {
    if (!std::filesystem::is_symlink(std::filesystem::symlink_status(name))) return name;
    std::error_code error;
    auto const file = std::filesystem::canonical(name, error);
    if (error)
        throw UsageError{name + " is a link that leads to no file (" + error.message() +
                         "); remove it, or name another file"};
    return file;
}

}  // namespace

void write_private(std::string const& name, std::string const& text) {
    auto const file = end_of_links(name);
    auto const fail = [&file] {
        throw std::runtime_error{"cannot write " + file + ": " + std::strerror(errno)};
    };
    if (struct stat there{}; stat(file.c_str(), &there) == 0 && !S_ISREG(there.st_mode))
        throw UsageError{file + " is no plain file; name one, or use: settingsctl dump"};
    if (is_database(file))
        throw UsageError{file + " is a database, and would be gone; name another file"};
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
