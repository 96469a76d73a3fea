#include "bench/dconf.h"

#include <dlfcn.h>

#include <cstdlib>
#include <fstream>
#include <stdexcept>
#include <thread>

#include "bench/stock.h"

namespace settings::bench {
namespace {

template <class Function>
Function symbol(void* library, char const* name) {
    auto* const found = library == nullptr ? nullptr : ::dlsym(library, name);
    if (found == nullptr) throw std::runtime_error{std::string{"no "} + name + " is installed"};
    return reinterpret_cast<Function>(found);
}

}  // namespace

Dconf::Dconf(std::filesystem::path const& folder)
    : folder_{folder},
      address_{"unix:path=" + (folder / "bus").string()},
      bus_{{{"dbus-daemon", "--session", "--nofork", "--nopidfile", "--address=" + address_},
            variables()}} {
    while (!std::filesystem::exists(folder / "bus")) std::this_thread::yield();
}

bool Dconf::is_there() { return is_installed("dconf") && is_installed("dbus-daemon"); }

Dconf::Variables Dconf::variables() const {
    return {{"DBUS_SESSION_BUS_ADDRESS", address_},
            {"XDG_CONFIG_HOME", (folder_ / "config").string()},
            {"XDG_RUNTIME_DIR", folder_.string()}};
}

Command Dconf::command(std::vector<std::string> words) const {
    words.insert(words.begin(), "dconf");
    return {std::move(words), variables()};
}

void Dconf::fill(std::int64_t keys) const {
    auto const list = folder_ / "keys";
    std::ofstream file{list};
    file << "[/]\n";
    for (std::int64_t number = 0; number < keys; ++number)
        file << key_name(number) << "='as synced'\n";
    file.close();
    static_cast<void>(
        run_to_end({{"sh", "-c", "dconf load /bench/ <" + list.string()}, variables()}));
}

DconfReader::DconfReader(Dconf const& dconf) {
    for (auto const& [name, value] : dconf.variables()) ::setenv(name.c_str(), value.c_str(), 1);
    auto* const library = ::dlopen("libdconf.so.1", RTLD_NOW | RTLD_GLOBAL);
    read_ = symbol<Read>(library, "dconf_client_read");
    text_ = symbol<Text>(library, "g_variant_get_string");
    free_ = symbol<Free>(library, "g_variant_unref");
    client_ = symbol<void* (*)()>(library, "dconf_client_new")();
    // GLib looks at the variables when it first needs them, and never again.
    if (auto* const value = read_(client_, "/bench/none"); value != nullptr) free_(value);
}

void DconfReader::read(std::string const& key) const {
    auto* const value = read_(client_, key.c_str());
    if (value == nullptr || *text_(value, nullptr) == '\0')
        throw std::runtime_error{"dconf has no " + key};
    free_(value);
}

}  // namespace settings::bench
