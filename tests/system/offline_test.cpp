// A machine whose link to the world comes and goes. In a network of the test's own: the server at
// one end of a cable, the device in a network of its own at the other.

#include <cstdlib>
#include <future>

#include "tests/support/network_namespace.h"
#include "tests/system/support/system_test.h"

namespace settings::system_test {
namespace {

using std::chrono::seconds;
using testing::HasSubstr;
using testing::IsEmpty;

class OfflineTest : public SystemTest {
  protected:
    void SetUp() override {
        try {
            here.emplace();
        } catch (std::system_error const& error) {
            GTEST_SKIP() << error.what();
        }
        here->ip("link set lo up");
        here->ip("link add server type veth peer name device");
        for (auto const* end : {"server", "device"})
            here->ip(std::string{"link set "} + end + " addrgenmode none");
        here->ip("addr add 192.0.2.1/24 dev server");
        here->ip("link set server up");
        serve({"--listen", "192.0.2.1:0"});
        make_device("a");
        std::async(std::launch::async, [this] {
            NetworkNamespace const there;
            device().start();
        }).get();
        here->ip("link set device netns " + pid());
        there("link set lo up");
        there("addr add 192.0.2.2/24 dev device");
    }

    /// Runs ip(8) where the device is.
    void there(std::string const& arguments) {
        if (std::system(("nsenter --net=/proc/" + pid() + "/ns/net ip " + arguments).c_str()) != 0)
            throw std::runtime_error{"failed there: ip " + arguments};
    }
    std::string pid() { return std::to_string(device().process().pid()); }

    void plug_in() {
        there("link set device up");
        there("route replace default via 192.0.2.1");
    }
    void unplug() { there("link set device down"); }

    void expect_offline() {
        expect_eventually([&] { return device().status().state; }, "offline");
        EXPECT_EQ(device().status().summary, "no network route leads to the server");
        EXPECT_EQ(device().status().pending, 1U);
    }

    std::optional<NetworkNamespace> here;
};

TEST_F(OfflineTest, WithoutARouteNothingIsTriedAndWithOneItSyncsByItself) {
    patch(device(), {{"theme", "light"}});
    expect_offline();
    EXPECT_THAT(device().log(), testing::Not(HasSubstr("192.0.2.1: ")));

    plug_in();

    expect_eventually([&] { return server->document(); }, Json{{"theme", "light"}});
}

TEST_F(OfflineTest, ALinkThatGoesAndComesBackIsUsedWithinSeconds) {
    plug_in();
    expect_sync(device());
    unplug();
    server->forget_requests();
    patch(device(), {{"theme", "light"}});
    expect_offline();
    for (int edit = 0; edit < 10; ++edit) patch(device(), {{"theme", edit}});
    EXPECT_EQ(device().status().state, "offline");
    EXPECT_THAT(server->requests(), IsEmpty());

    plug_in();

    auto const in_a_moment = [this] {
        auto const status = device().status();
        return status.state != "offline" && (!status.next_attempt || status.pending == 0 ||
                                             status.next_attempt->in <= seconds{5});
    };
    expect_eventually(in_a_moment, true);
    expect_eventually([&] { return server->document(); }, Json{{"theme", 9}});
    EXPECT_EQ(server->methods(), "GET PUT");
}

TEST_F(OfflineTest, ALinkThatFlapsCostsFewRequests) {
    plug_in();
    expect_sync(device());
    server->forget_requests();

    for (int flap = 0; flap < 20; ++flap) {
        unplug();
        patch(device(), {{"theme", flap}});
        plug_in();
    }

    expect_eventually([&] { return server->document(); }, Json{{"theme", 19}});
    EXPECT_LE(server->requests().size(), 10U) << server->methods();
}

}  // namespace
}  // namespace settings::system_test
