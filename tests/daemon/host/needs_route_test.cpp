#include "daemon/host/needs_route.h"

#include <gtest/gtest.h>

namespace settings::daemon {
namespace {

TEST(NeedsRouteTest, ThisMachineNeedsNone) {
    for (auto const* host :
         {"localhost", "LocalHost", "localhost.", "api.localhost", "api.localhost.", "127.0.0.1",
          "127.9.8.7", "::1", "0:0:0:0:0:0:0:1", "::ffff:127.0.0.1"})
        EXPECT_FALSE(needs_route(host)) << host;
}

TEST(NeedsRouteTest, AnyOtherDoes) {
    for (auto const* host :
         {"flashback.tech", "localhost.example", "notlocalhost", "128.0.0.1", "192.168.1.1",
          "127.0.0.1.example", "::2", "fe80::1", "::ffff:192.0.2.1", ""})
        EXPECT_TRUE(needs_route(host)) << host;
}

}  // namespace
}  // namespace settings::daemon
