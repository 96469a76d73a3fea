// Nothing is watched any more, since the user's inotify instances or watches are used up: one
// warning, and all else goes on.

#include <signal.h>

#include <cstdlib>

#include "tests/system/support/system_test.h"

namespace settings::system_test {
namespace {

using testing::AllOf;
using testing::HasSubstr;

/// Which limit of the user's is 0 (user_namespaces(7)), and what the warning names.
struct Limit {
    char const* name;
    char const* sysctl;
};

void PrintTo(Limit const& limit, std::ostream* stream) { *stream << limit.name; }

class InotifyTest : public SystemTest, public testing::WithParamInterface<Limit> {
  protected:
    void SetUp() override {
        if (std::system("unshare --user --map-root-user sh -c 'echo 0 "
                        ">/proc/sys/user/max_inotify_instances' 2>/dev/null") != 0)
            GTEST_SKIP() << "no user namespace";
        serve();
    }

    /// A daemon whose user has none left, with a way to give it some.
    void start_without() {
        auto const sysctl = std::string{"/proc/sys/user/max_inotify_"} + GetParam().name;
        make_device("a").start({"unshare", "--user", "--map-root-user", "sh", "-c",
                                "echo 0 >" + sysctl + " && exec \"$@\"", "sh"});
    }

    void give_back() {
        auto const pid = std::to_string(device().process().pid());
        auto const line = "nsenter --user --preserve-credentials --target " + pid +
                          " sh -c 'echo 100 >/proc/sys/user/max_inotify_" + GetParam().name + "'";
        ASSERT_EQ(std::system(line.c_str()), 0);
    }

    /// How often the log has it.
    [[nodiscard]] int logged(std::string const& text) {
        auto const log = device().log();
        int times = 0;
        for (auto at = log.find(text); at != log.npos; at = log.find(text, at + 1)) ++times;
        return times;
    }

    void reload() {
        auto const times = logged("configuration read again");
        device().process().send(SIGHUP);
        expect_eventually([&] { return logged("configuration read again"); }, times + 1);
    }
};

INSTANTIATE_TEST_SUITE_P(Limits, InotifyTest,
                         testing::Values(Limit{"instances", "fs.inotify.max_user_instances"},
                                         Limit{"watches", "fs.inotify.max_user_watches"}),
                         [](auto const& limit) { return std::string{limit.param.name}; });

TEST_P(InotifyTest, IsToldOnceAndStopsNothing) {
    start_without();
    expect_sync(device());

    patch(device(), {{"theme", "dark"}});
    expect_eventually([&] { return server->document(); }, Json{{"theme", "dark"}});

    EXPECT_THAT(device().log(), AllOf(HasSubstr(GetParam().sysctl), HasSubstr("SIGHUP")));
    reload();
    EXPECT_EQ(logged("files cannot be watched"), 1);
}

TEST_P(InotifyTest, AReloadFindsTheTokenAndTheSocket) {
    start_without();
    std::filesystem::remove(device().token_file());
    server->set_faults("answer 401 on settings forever");
    patch(device(), {{"theme", "dark"}});
    expect_eventually([&] { return device().status().waits_for; }, "login");
    server->set_faults("");
    device().put_token(server->mint(3600));
    std::filesystem::remove(device().socket());

    reload();

    expect_eventually([&] { return server->document(); }, Json{{"theme", "dark"}});
    expect_eventually([&] { return device().client().document().has_value(); }, true);
}

TEST_P(InotifyTest, AReloadWatchesAgainWhereItCan) {
    start_without();
    give_back();
    reload();
    reload();  // the first one is over

    std::filesystem::remove(device().socket());

    expect_eventually([&] { return std::filesystem::exists(device().socket()); }, true);
    EXPECT_EQ(patch(device(), {{"theme", "dark"}}), 1);
    EXPECT_EQ(logged("files cannot be watched"), 1);
}

}  // namespace
}  // namespace settings::system_test
