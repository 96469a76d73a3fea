#include "cli/user_unit.h"

#include <sys/wait.h>

#include <array>
#include <boost/algorithm/string/trim.hpp>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <stdexcept>

namespace settings::cli {
namespace {

struct Told {
    int status = 0;    ///< as the shell has it: 127 where there is no such program
    std::string text;  ///< from both streams, without the last line break
};

std::string all_of(std::FILE* stream) {
    std::string text;
    std::array<char, 1'024> part{};
    while (auto const count = std::fread(part.data(), 1, part.size(), stream))
        text.append(part.data(), count);
    return text;
}

/// Asks the person's own manager, in English.
Told systemctl(std::string const& words) {
    std::FILE* stream = ::popen(("LC_ALL=C systemctl --user " + words + " 2>&1").c_str(), "re");
    if (stream == nullptr)
        throw std::runtime_error{std::string{"cannot run systemctl: "} + std::strerror(errno)};
    auto text = all_of(stream);
    boost::trim(text);
    int const status = ::pclose(stream);
    return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, std::move(text)};
}

std::string said_in_vain(std::string const& words) {
    auto const told = systemctl(words);
    if (told.status == 0) return {};
    return told.text.empty() ? "systemctl --user " + words + " failed" : told.text;
}

bool has_line(std::string_view text, std::string_view line) {
    return ('\n' + std::string{text} + '\n').find('\n' + std::string{line} + '\n') !=
           std::string::npos;
}

}  // namespace

UnitState unit_state_from(std::string_view shown) {
    UnitState state;
    state.is_masked = has_line(shown, "LoadState=masked");
    state.is_there = state.is_masked || has_line(shown, "LoadState=loaded");
    state.is_enabled = has_line(shown, "UnitFileState=enabled") ||
                       has_line(shown, "UnitFileState=enabled-runtime");
    state.is_active =
        has_line(shown, "ActiveState=active") || has_line(shown, "ActiveState=activating");
    state.has_failed = has_line(shown, "ActiveState=failed");
    return state;
}

UnitState UserUnit::state() const {
    constexpr int not_found = 127;
    auto const told = systemctl("show --property=LoadState,UnitFileState,ActiveState -- " + name_);
    if (told.status == 0) return unit_state_from(told.text);
    if (told.status == not_found)
        throw std::runtime_error{"there is no systemctl here: settingsctl notify steers " + name_ +
                                 ", a unit of systemd"};
    throw std::runtime_error{"your systemd manager does not answer (" + told.text +
                             "); log in to a session of your own, not by su or sudo"};
}

std::string UserUnit::enable_now() const {
    return said_in_vain("--quiet enable --now -- " + name_);
}

std::string UserUnit::disable_now() const {
    return said_in_vain("--quiet disable --now -- " + name_);
}

}  // namespace settings::cli
