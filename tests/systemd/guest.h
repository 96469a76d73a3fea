#pragma once

#include "tests/system/support/emulator.h"
#include "tests/systemd/service.h"

namespace settings::systemd_test {

using system_test::Emulator;

/// A daemon, and a server on the same machine that it has a token for.
struct Device {
    Service service;
    Emulator server;
};

/// The machine that the tests have to themselves: a systemd with settingsd as its package installs
/// it. Alice lingers, so she has a manager of her own; kiosk has no sessions and is served by the
/// system's; bob has nothing to do with either.
///
/// It is made once and shared by all tests of a boot, so each leaves it as it was.
struct Guest {
    Guest();

    Device alice;
    Device kiosk;
    User bob;
};

/// The one that main() made.
[[nodiscard]] Guest& guest();

/// A package under test, as built: "settingsd".
[[nodiscard]] std::filesystem::path package(std::string const& name);

/// Asks for a sync; expects the server to have all of it then, and the device to come to rest.
void expect_sync(Device& device);

}  // namespace settings::systemd_test
