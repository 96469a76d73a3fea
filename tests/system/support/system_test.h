#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <list>
#include <optional>
#include <string>
#include <vector>

#include "tests/support/eventually.h"
#include "tests/support/temporary_folder.h"
#include "tests/system/support/daemon.h"
#include "tests/system/support/emulator.h"

namespace settings::system_test {

/// A server, one or more devices of one user, and what has to hold whatever a test does: no
/// token is ever told or stored by a daemon.
class SystemTest : public testing::Test {
  protected:
    /// Starts the server alone.
    void serve(std::vector<std::string> options = {});
    /// Makes a device that trusts the server and has a token; does not start it. Names are short:
    /// a socket's path has 107 bytes.
    Daemon& make_device(std::string const& name, Daemon::Settings settings = {});
    /// The server, and one device that has seen it.
    void boot(std::vector<std::string> options = {}, Daemon::Settings const& settings = {});
    /// Another server, with a certificate of the same authority: whoever follows there gets in.
    [[nodiscard]] Emulator trusted_stranger() const;

    /// Runs `settingsctl <words>` against the first device; expects this exit status.
    Finished ctl(std::vector<std::string> const& words, int status = 0);

    void TearDown() override;

    [[nodiscard]] Daemon& device() { return devices.front(); }

    TemporaryFolder folder;
    std::optional<Emulator> server;
    std::list<Daemon> devices;
};

/// Asks for a sync; expects the server to accept everything, and the device to come to rest.
void expect_sync(Daemon& device);

/// Expects the device to come to rest by itself, in step with the server or held. A sync that is
/// asked for may be one round more.
void expect_rest(Daemon& device);

/// Expects that the device reported no conflict. With one device, there is nobody to have one with.
void expect_no_conflict(Daemon& device);

/// One call of the local API, and the body of its answer, whatever the status.
Json ask(Daemon const& device, std::string const& method, std::string const& target,
         Json const& body = nullptr);

/// The revision of an edit that has to succeed.
client::Revision patch(Daemon const& device, Json const& partial);

}  // namespace settings::system_test
