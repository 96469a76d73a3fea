// What a look costs a real server: a handshake with certificate and signature, or an earlier
// session.

#include <iostream>

#include "tests/system/support/raw_service.h"
#include "tests/system/support/system_test.h"

namespace settings::system_test {
namespace {

constexpr int looks_of_a_day = 48;  ///< one each half hour

/// A server that closes each connection behind its answer: as a load balancer does with one that
/// was idle until the next look.
class HandshakesTest : public SystemTest {
  protected:
    void SetUp() override {
        serve();
        service.emplace(server->ca().parent_path(), [](RawCall const& call) {
            return response(200, Json{{"success", true}, {"settings", call.document}}.dump(),
                            "Connection: close\r\n");
        });
    }

    /// A day of looks, and not the half hours between them.
    void look_for_a_day() {
        make_device("a", {{"server.url", quoted(service->url())},
                          {"server.ca_file", quoted(service->ca())}})
            .start();
        while (service->connections() < looks_of_a_day) expect_sync(device());
        std::cout << service->connections() << " looks: " << service->full_handshakes()
                  << " full handshakes, " << service->resumptions() << " sessions resumed\n";
    }

    std::optional<RawService> service;
};

TEST_F(HandshakesTest, ADayOfLooksTakesOneThatIsFull) {
    look_for_a_day();

    EXPECT_EQ(service->full_handshakes(), 1);
    EXPECT_EQ(service->resumptions(), service->connections() - 1);
}

/// And as it was before sessions were resumed.
TEST_F(HandshakesTest, AServerThatRemembersNoSessionMakesEachLookAFullOne) {
    service->remember_no_sessions();

    look_for_a_day();

    EXPECT_EQ(service->full_handshakes(), service->connections());
    EXPECT_EQ(service->resumptions(), 0);
}

}  // namespace
}  // namespace settings::system_test
