#include "store/files.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <ctime>
#include <string>
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

bool is_taken(fs::path const& name) {
    return std::ranges::any_of(store_parts, [&name](char const* part) {
        return fs::exists(fs::symlink_status(fs::path{name} += part));
    });
}

}  // namespace

fs::path log_of(fs::path const& file) { return fs::path{file} += "-wal"; }

fs::path dated_name(fs::path const& file) {
    auto const dated = fs::path{file} += date();
    auto name = dated;
    for (int n = 2; is_taken(name); ++n) name = fs::path{dated} += "-" + std::to_string(n);
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
