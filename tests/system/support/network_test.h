#pragma once

#include <optional>
#include <string>

#include "tests/support/network_namespace.h"
#include "tests/support/replaced_file.h"
#include "tests/system/support/system_test.h"

namespace settings::system_test {

/// Where the server is, and both ends of the cable that leads to it.
struct Addresses {
    char const* server;   ///< in no network of the device's: reached by way of the gateway
    char const* gateway;  ///< the server's end
    char const* device;   ///< the device's end
    char const* network;  ///< what is said of both ends' network
};

inline constexpr Addresses ipv4{"198.51.100.1", "192.0.2.1", "192.0.2.2", "/24"};
inline constexpr Addresses ipv6{"2001:db8:1::1", "2001:db8::1", "2001:db8::2", "/64 nodad"};

/// What a process has done.
struct Effort {
    long wake_ups;  ///< of all its threads
    long ticks;     ///< of the processor, 10 ms each
};

/// A server, and a device on a machine of its own, as far as the network goes. The device runs; the
/// cable between them is not plugged in.
class NetworkTest : public SystemTest {
  protected:
    explicit NetworkTest(Addresses const& addresses = ipv4, Daemon::Settings settings = {})
        : addresses_{addresses}, settings_{std::move(settings)} {}

    /// Skips the test where a network of its own takes a privilege.
    void SetUp() override;

    /// Plugs the cable in, also again: link, addresses and routes are as they should be then.
    void plug_in();
    /// The same, but for the route to the server.
    void join_network();
    /// The one route that leads to the server.
    void lay_route() { there(std::string{"ip route replace default via "} + addresses_.gateway); }
    void unplug() { there("ip link set device down"); }

    /// Runs a line of shell where the device is; returns what it prints. Throws what it complains
    /// about when it fails.
    std::string there(std::string const& line);
    /// The number after a word of what such a line prints.
    long number_there(std::string const& line, std::string const& word);
    /// What the kernel has counted where the device is; see nstat(8).
    long counted(std::string const& name) { return number_there("nstat -asz " + name, name); }

    /// What the device does in the second from now on.
    Effort effort_of_a_second();
    /// Expects that this was next to nothing. An attempt in vain takes some ten wake-ups; a thread
    /// of ThreadSanitizer's has ten a second.
    static void expect_rest(Effort const& effort_of_a_second);

    std::optional<NetworkNamespace> here;
    std::optional<ReplacedFile> hosts;  ///< as the device sees /etc/hosts

  private:
    Addresses addresses_;
    Daemon::Settings settings_;
};

}  // namespace settings::system_test
