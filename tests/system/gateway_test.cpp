// Who speaks: the service, or a gateway in front of it.

#include "tests/system/support/system_test.h"

namespace settings::system_test {
namespace {

using testing::HasSubstr;

class GatewayTest : public SystemTest {};

class GatewayWordTest : public GatewayTest, public testing::WithParamInterface<char const*> {};

INSTANTIATE_TEST_SUITE_P(Words, GatewayWordTest,
                         testing::Values("gateway 403", "gateway 404", "gateway 405", "gateway 410",
                                         "gateway 407", "gateway 421", "answer 404 with body ''",
                                         "answer 405 with body '{\"message\":\"no route\"}'",
                                         "answer 410 with body '{\"success\":true}'"));

TEST_P(GatewayWordTest, ForAMomentStopsNothing) {
    boot();
    server->set_faults(std::string{GetParam()} + " 3 times");

    patch(device(), {{"theme", "dark"}});

    expect_eventually([&] { return server->document(); }, Json{{"theme", "dark"}});
}

TEST_F(GatewayTest, A401OfAGatewayAsksNobodyToLogIn) {
    boot();
    server->set_faults("gateway 401 3 times");

    patch(device(), {{"theme", "dark"}});

    expect_eventually([&] { return server->document(); }, Json{{"theme", "dark"}});
}

TEST_F(GatewayTest, AnEditEndsWhatTheServiceItselfStopped) {
    boot();
    server->set_faults("answer 403");
    patch(device(), {{"theme", "dark"}});
    expect_eventually([&] { return device().status().waits_for; }, "stopped");

    patch(device(), {{"theme", "light"}});

    expect_eventually([&] { return server->document(); }, Json{{"theme", "light"}});
}

TEST_F(GatewayTest, AnEditEndsARejectionAtOnce) {
    boot();
    server->set_faults("refuse key theme, after 8 requests clear");
    patch(device(), {{"theme", "dark"}, {"volume", 5}});
    expect_eventually([&] { return device().status().rejected.size(); }, 1U);
    server->set_faults("clear");

    patch(device(), {{"theme", "light"}});

    expect_eventually([&] { return server->document(); }, Json{{"theme", "light"}, {"volume", 5}});
}

TEST_F(GatewayTest, AnUpdateCreatesTheDocumentOfAUserWhoHasNone) {
    serve();
    server->set_faults("answer 404 with message 'User not found' on GET");
    make_device("a").start();

    patch(device(), {{"theme", "dark"}});

    expect_eventually([&] { return server->document(); }, Json{{"theme", "dark"}});
    EXPECT_EQ(server->faults_left(), 0);
}

TEST_F(GatewayTest, AUserWhoIsNotFoundOnceLosesNothing) {
    boot();
    patch(device(), {{"theme", "dark"}});
    expect_sync(device());
    auto const revision = device().status().revision;
    server->set_faults("answer 404 with message 'User not found' on GET");

    expect_sync(device());

    EXPECT_EQ(device().status().revision, revision) << "it was removed, and came back";
    EXPECT_EQ(device().document(), server->document());
}

}  // namespace
}  // namespace settings::system_test
