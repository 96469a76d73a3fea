#include "daemon/config.h"

#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "os/descriptor.h"
#include "tests/fuzz/targets.h"

namespace settings::fuzz {
namespace {

/// A file in memory.
os::Descriptor file_of(std::string_view bytes) {
    os::Descriptor file{memfd_create("configuration", MFD_CLOEXEC)};
    expect(write(file.number(), bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()),
           "memory takes the file");
    return file;
}

std::filesystem::path path_of(os::Descriptor const& file) {
    return "/proc/self/fd/" + std::to_string(file.number());
}

void check(daemon::Config const& config) {
    auto const remote = config.remote();
    expect(!remote.host.empty() && !remote.port.empty(), "a server has a place");
    expect(config.store_directory.is_absolute(), "the store has a place");
    expect(config.socket_path.is_absolute(), "the socket has a place");
    expect(config.journal.revisions > 0 && config.journal.bytes > 0, "there is a history");
    expect(config.sync.debounce > Time{0} && config.sync.look_every > Time{0}, "waits are waits");
}

}  // namespace

/// A configuration is usable, or its error says where it is wrong.
void configuration(std::string_view bytes) {
    setenv("HOME", "/nonexistent", 1);
    auto const file = file_of(bytes);
    auto const path = path_of(file);
    try {
        check(daemon::load_config({path}, true));
    } catch (daemon::ConfigError const& error) {
        expect(std::string_view{error.what()}.starts_with(path.string()),
               "an error names the file");
    }
}

}  // namespace settings::fuzz
