#include "emulator/files.h"

#include <stdlib.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <system_error>

namespace settings::emulator {
namespace {

[[noreturn]] void fail(std::string const& what, std::filesystem::path const& path) {
    auto const reason = std::error_code{errno, std::generic_category()}.message();
    throw std::runtime_error{"cannot " + what + " " + path.string() + ": " + reason};
}

bool write_all(int file, std::string_view text) {
    while (!text.empty()) {
        ssize_t const written = ::write(file, text.data(), text.size());
        if (written < 0) return false;
        text.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
}

}  // namespace

void write_private_file(std::filesystem::path const& path, std::string_view text) {
    std::string temporary = path.string() + ".XXXXXX";
    int const file = ::mkstemp(temporary.data());  // created 0600
    if (file < 0) fail("write", path);
    bool const complete = write_all(file, text);
    bool const closed = ::close(file) == 0;
    if (complete && closed && ::rename(temporary.c_str(), path.c_str()) == 0) return;
    int const reason = errno;
    ::unlink(temporary.c_str());
    errno = reason;
    fail("write", path);
}

std::string read_file(std::filesystem::path const& path) {
    errno = 0;
    std::ifstream file{path, std::ios::binary};
    std::ostringstream text;
    if (!file || !(text << file.rdbuf())) fail("read", path);
    return text.str();
}

TemporaryDirectory::TemporaryDirectory() {
    auto name = (std::filesystem::temp_directory_path() / "flashback-emulator-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) fail("make a directory like", name);
    path_ = name;
}

TemporaryDirectory::~TemporaryDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

}  // namespace settings::emulator
