#include "cli/draft.h"

#include <fcntl.h>
#include <sys/wait.h>

#include <boost/algorithm/string/replace.hpp>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <stdexcept>

#include "cli/document_text.h"
#include "os/descriptor.h"

namespace settings::cli {
namespace {

std::string value_of(char const* variable) {
    char const* value = std::getenv(variable);
    return value == nullptr ? "" : value;
}

/// A new file that only we may read. Empty when the folder does not have it, or is relative: such a
/// variable is ignored (XDG Base Directory Specification).
std::string new_file_in(std::string const& folder) {
    if (!folder.starts_with('/')) return {};
    auto file = folder + "/settings-XXXXXX.json";
    constexpr int suffix = 5;
    os::Descriptor const made{mkostemps(file.data(), suffix, O_CLOEXEC)};
    return made.is_open() ? file : std::string{};
}

std::string new_file() {
    for (auto const& folder :
         {value_of("XDG_RUNTIME_DIR"), value_of("TMPDIR"), std::string{"/tmp"}})
        if (auto file = new_file_in(folder); !file.empty()) return file;
    throw std::runtime_error{std::string{"cannot create a file in /tmp: "} + std::strerror(errno)};
}

std::string editor() {
    for (auto const* variable : {"VISUAL", "EDITOR"})
        if (auto program = value_of(variable); !program.empty()) return program;
    return "vi";
}

/// As one word of a shell.
std::string quoted(std::string const& word) {
    return '\'' + boost::replace_all_copy(word, "'", R"('\'')") + '\'';
}

}  // namespace

Draft::Draft(std::string text) : original_{std::move(text)}, file_{new_file()} {
    std::ofstream stream{file_, std::ios::binary};
    stream << original_ << std::flush;
    if (!stream) throw std::runtime_error{"cannot write " + file_ + ": " + std::strerror(errno)};
}

std::string Draft::text() const { return read_whole(file_); }

std::string Draft::edit() const {
    // These variables may hold a program with arguments, which is for a shell to read.
    auto const program = editor();
    int const status = std::system((program + ' ' + quoted(file_)).c_str());
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return {};
    if (WIFEXITED(status) && WEXITSTATUS(status) == 127)
        return "cannot run the editor \"" + program + "\"; set EDITOR to one that is installed";
    return "the editor \"" + program + "\" failed";
}

void Draft::remove() const {
    std::error_code left_behind;
    std::filesystem::remove(file_, left_behind);
}

}  // namespace settings::cli
