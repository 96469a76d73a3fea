// This machine has no descriptors left: that is no missing login, it passes, and whoever fills the
// socket takes none of what the daemon itself needs.

#include <sys/resource.h>

#include <deque>

#include "tests/support/programs.h"
#include "tests/system/support/raw_connection.h"
#include "tests/system/support/system_test.h"

namespace settings::system_test {
namespace {

using testing::HasSubstr;

class DescriptorsTest : public SystemTest {
  protected:
    /// Leaves the daemon so many, however many it has by now; its hard limit stays.
    void leave(rlim_t descriptors) {
        rlimit limit{};
        auto const pid = device().process().pid();
        ASSERT_EQ(prlimit(pid, RLIMIT_NOFILE, nullptr, &limit), 0);
        limit.rlim_cur = std::min(descriptors, limit.rlim_max);
        ASSERT_EQ(prlimit(pid, RLIMIT_NOFILE, &limit, nullptr), 0);
    }

    /// Expects an edit to wait while nothing can be opened, and to arrive by itself afterwards.
    void expect_to_pass() {
        auto client = device().client();
        ASSERT_TRUE(client.status());  // the connection stays
        leave(4);

        ASSERT_TRUE(client.patch({{"theme", "dark"}}));
        expect_eventually(
            [&] {
                auto const status = client.status().value();
                return status.last_error ? status.last_error->message : "";
            },
            HasSubstr("Too many open files"));
        expect_eventually([&] { return client.status().value().waits_for; }, "backoff");

        leave(RLIM_INFINITY);
        expect_eventually([&] { return server->document(); }, Json{{"theme", "dark"}});
    }
};

TEST_F(DescriptorsTest, ATokenFileThatCannotBeOpenedNowIsNoMissingLogin) {
    boot();

    expect_to_pass();
}

TEST_F(DescriptorsTest, ATokenCommandThatCannotBeStartedNowIsNoMissingLogin) {
    serve();
    auto const printed = folder / "printed";
    write_text(printed, server->mint(3600));
    auto& made = make_device(
        "a", {{"credentials.token_file", quoted(folder / "absent")},
              {"credentials.token_command", "[\"/bin/cat\", " + quoted(printed) + "]"}});
    made.start();
    expect_sync(made);
    write_text(printed, server->mint(3600));
    server->set_faults("answer 401 on settings once");  // the other token is to be got

    expect_to_pass();
}

TEST_F(DescriptorsTest, WhoFillsTheSocketTakesNothingFromTheSync) {
    serve();
    auto& made = make_device("a");
    made.start({"prlimit", "--nofile=64:64"});
    expect_sync(made);
    auto client = made.client();
    ASSERT_TRUE(client.status());

    std::deque<RawConnection> crowd;
    for (int n = 0; n < 100; ++n) crowd.emplace_back(made.socket());
    EXPECT_EQ(crowd.front().receive_all(), "") << "its place is another one's";
    made.put_token(server->mint(3600));
    server->set_faults("drop before answering on GET");  // a new connection is needed
    ASSERT_TRUE(client.patch({{"theme", "dark"}}));

    expect_eventually([&] { return server->document(); }, Json{{"theme", "dark"}});
    EXPECT_THAT(made.log(), testing::Not(HasSubstr("Too many open files")));
}

TEST_F(DescriptorsTest, ThatNobodyCanConnectIsToldOnce) {
    boot();
    auto client = device().client();
    ASSERT_TRUE(client.status());
    leave(4);

    RawConnection late{device().socket()};
    std::string const told = "no app can connect now: Too many open files; let this process have";
    expect_eventually([&] { return device().log(); }, HasSubstr(told));
    server->set_online(false);
    static_cast<void>(client.sync(std::chrono::seconds{1}));  // it fails to accept ten times more
    leave(RLIM_INFINITY);
    late.send(request("GET", "/v1/status"));
    EXPECT_THAT(late.receive_until("\r\n"), HasSubstr("200"));

    auto const log = device().log();
    EXPECT_EQ(log.find(told), log.rfind(told));
}

TEST_F(DescriptorsTest, ADaemonThatCouldServeNobodyDoesNotStart) {
    serve();
    auto& made = make_device("a");
    for (std::string const few : {"10", "20", "32", "63"}) {
        auto const finished = run({"prlimit", "--nofile=" + few + ":" + few, program("settingsd"),
                                   "--config", made.config()},
                                  folder.path());

        EXPECT_EQ(finished.status, 78) << few;
        EXPECT_EQ(finished.errors, "settingsd: settingsd may have " + few +
                                       " files open and needs 64; raise LimitNOFILE= in its unit, "
                                       "or ulimit -n\n");
    }
    EXPECT_FALSE(std::filesystem::exists(made.store()));
    made.start({"prlimit", "--nofile=16:4096"});
    EXPECT_EQ(patch(made, {{"theme", "light"}}), 1);
}

}  // namespace
}  // namespace settings::system_test
