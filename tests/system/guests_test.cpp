// Other users whom the configuration lets in, as processes of their own.

#include <unistd.h>

#include "tests/support/programs.h"
#include "tests/system/support/system_test.h"

namespace settings::system_test {
namespace {

namespace fs = std::filesystem;
using fs::perms;
using testing::HasSubstr;
using testing::IsEmpty;

class GuestsTest : public SystemTest {
  protected:
    void SetUp() override {
        if (geteuid() != 0) GTEST_SKIP() << "only root can be another user";
        fs::permissions(folder.path(), perms{0711});
    }

    /// A device whose folder others can pass.
    Daemon& start(Daemon::Settings const& settings) {
        serve();
        auto& made = make_device("a", settings);
        made.start();
        fs::permissions(made.folder(), perms{0711});
        return made;
    }

    /// What settingsctl says to a user who is in one further group; empty when it did what it was
    /// told to.
    std::string refusal(std::string const& user, std::string const& group,
                        std::vector<std::string> const& command) {
        auto const groups = group.empty() ? std::string{"--clear-groups"} : "--groups=" + group;
        std::vector<std::string> words{
            "setpriv",  "--reuid",        user, "--regid", user, groups, program("settingsctl"),
            "--socket", device().socket()};
        words.insert(words.end(), command.begin(), command.end());
        auto const finished = run(words, folder.path());
        EXPECT_EQ(finished.status == 0, finished.errors.empty()) << finished.errors;
        return finished.errors;
    }
};

TEST_F(GuestsTest, AreLetInByNameAndByGroupAndAsFarAsTheyAreToBe) {
    auto& made =
        start({{"socket.allow", R"(["daemon", "@mail"])"}, {"socket.allow_read", R"(["@news"])"}});

    EXPECT_EQ(refusal("daemon", "", {"set", "a=1"}), "");
    EXPECT_EQ(refusal("bin", "mail", {"set", "b=1"}), "");
    EXPECT_EQ(refusal("bin", "news", {"get", "a"}), "");
    EXPECT_THAT(refusal("bin", "news", {"set", "a=2"}), HasSubstr("lets you only look"));
    EXPECT_THAT(refusal("bin", "news", {"undo"}), HasSubstr("lets you only look"));
    EXPECT_THAT(refusal("bin", "games", {"get", "a"}), HasSubstr("belong to another user"));
    EXPECT_THAT(refusal("bin", "", {"set", "a=2"}), HasSubstr("belong to another user"));
    EXPECT_EQ(made.document(), Json({{"a", 1}, {"b", 1}}));
    EXPECT_EQ(ask(made, "GET", "/v1/journal?since=0")["entries"][0]["app"]["uid"], 1);
}

TEST_F(GuestsTest, AreToldInStatusAndByTheDoctor) {
    auto& made =
        start({{"socket.allow", R"(["root", "@mail"])"}, {"socket.allow_read", R"(["daemon"])"}});

    EXPECT_EQ(made.status().allow, (std::vector<std::string>{"root", "@mail"}));
    EXPECT_EQ(made.status().allow_read, (std::vector<std::string>{"daemon"}));
    auto const told = ctl({"status"}).output;
    EXPECT_THAT(told, HasSubstr("Open to       root, @mail"));
    EXPECT_THAT(told, HasSubstr("Shown to      daemon"));
    auto const doctor =
        run({program("settingsctl"), "doctor", "--socket", made.socket()}, folder.path());
    EXPECT_THAT(doctor.output, HasSubstr("open to others as the configuration says"));
}

TEST_F(GuestsTest, AreNoneUnlessTheConfigurationNamesThem) {
    auto& made = start({});

    EXPECT_THAT(refusal("daemon", "", {"get"}), HasSubstr("no permission to use"));
    fs::permissions(made.socket(), perms{0666});
    fs::permissions(made.socket().parent_path(), perms{0711});
    EXPECT_THAT(refusal("daemon", "", {"get"}), HasSubstr("belong to another user"))
        << "the daemon asks the kernel besides";
    EXPECT_THAT(made.status().allow, IsEmpty());
}

TEST_F(GuestsTest, AnUnknownNameIsToldAndStopsNothing) {
    auto& made = start({{"socket.allow", R"(["no-such-user", "daemon"])"}});

    EXPECT_EQ(refusal("daemon", "", {"get"}), "");
    EXPECT_THAT(made.log(), HasSubstr("socket.allow: \"no-such-user\" is not known"));
    EXPECT_THAT(made.start_in_vain({"--check-config"}).errors, HasSubstr("no-such-user"));
}

TEST_F(GuestsTest, RootIsOneLikeOthersAndNeedsNoOpenSocket) {
    serve();
    auto& made = make_device("a", {{"socket.allow", R"(["root"])"}});
    for (auto const& entry : fs::recursive_directory_iterator{folder.path()})
        ASSERT_EQ(lchown(entry.path().c_str(), 1, 1), 0);

    made.start({"setpriv", "--reuid=daemon", "--regid=daemon", "--clear-groups"});

    EXPECT_EQ(refusal("root", "", {"set", "a=1"}), "");
    EXPECT_EQ(fs::status(made.socket()).permissions(), perms{0600});
}

}  // namespace
}  // namespace settings::system_test
