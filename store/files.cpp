#include "store/files.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <ctime>
#include <string>
#include <string_view>
#include <system_error>

#include "os/descriptor.h"

namespace settings::store {
namespace {

namespace fs = std::filesystem;

std::string date() {
    std::time_t const now = std::time(nullptr);
    std::tm parts{};
    gmtime_r(&now, &parts);
    std::array<char, 32> text{};
    std::strftime(text.data(), text.size(), ".damaged-%Y%m%dT%H%M%SZ", &parts);
    return text.data();
}

/// A person's own "settings.db-of-monday" is left alone.
bool belongs_to_a_store(std::string_view ending) {
    constexpr std::array beginnings{"-wal",     "-shm",  "-journal", "-revision",
                                    "-suspect", "-seen", "-salvage", "-log-found"};
    return ending.empty() || std::ranges::any_of(beginnings, [ending](std::string_view beginning) {
               return ending.starts_with(beginning);
           });
}

}  // namespace

std::vector<fs::path> parts_of(fs::path const& file) {
    auto const name = file.filename().native();
    std::vector<fs::path> parts;
    for (auto const& entry : fs::directory_iterator{file.parent_path()})
        if (auto const there = entry.path().filename().native();
            there.starts_with(name) && belongs_to_a_store(there.substr(name.size())))
            parts.push_back(entry.path());
    return parts;
}

fs::path log_of(fs::path const& file) { return fs::path{file} += "-wal"; }

fs::path dated_name(fs::path const& file) {
    auto const dated = fs::path{file} += date();
    auto name = dated;
    for (int n = 2; !parts_of(name).empty(); ++n) name = fs::path{dated} += "-" + std::to_string(n);
    return name;
}

bool is_no_plain_file(fs::path const& file) {
    auto const status = fs::symlink_status(file);
    return fs::exists(status) && !fs::is_regular_file(status);
}

std::uintmax_t size_of(fs::path const& file) {
    std::error_code none;
    auto const size = fs::file_size(file, none);
    return none ? 0 : size;
}

void flush_folder_of(fs::path const& file) {
    os::Descriptor const folder{
        open(file.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    if (!folder.is_open() || fsync(folder.number()) != 0)
        throw std::system_error{errno, std::generic_category(), file.string()};
}

}  // namespace settings::store
