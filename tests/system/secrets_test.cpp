// What the way out takes, a proxy's password and the key of a certificate, is found nowhere else.

#include <csignal>
#include <optional>

#include "tests/support/network_namespace.h"
#include "tests/support/privilege.h"
#include "tests/system/support/system_test.h"

namespace settings::system_test {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr char const* password = "open-sesame-7";
constexpr char const* as_sent = "YWRhOm9wZW4tc2VzYW1lLTc=";  ///< with the name "ada"

/// Behind Debian's tinyproxy, which asks for a password, in a network of the test's own.
class SecretsTest : public SystemTest {
  protected:
    void SetUp() override {
        make_or_skip(here);
        if (IsSkipped()) return;
        here->ip("link set lo up");
        serve();
        auto const file = folder / "tinyproxy.conf";
        write_text(file, std::string{"Port 3128\nListen 127.0.0.1\nTimeout 60\nLogFile \""} +
                             (folder / "tinyproxy.log").string() + "\"\nBasicAuth ada " + password +
                             '\n');
        proxy.emplace(std::vector<std::string>{"tinyproxy", "-d", "-c", file}, Process::Output{});
    }

    /// A device whose token command tells what it was given.
    void make_telling_device(Daemon::Settings settings) {
        auto const command = folder / "command";
        write_text(command, "#!/bin/sh\n{ env; cat /proc/self/limits; } > " + told().string() +
                                "\necho " + server->token() + '\n');
        std::filesystem::permissions(command, std::filesystem::perms::owner_all);
        settings["credentials.token_command"] = '[' + quoted(command) + ']';
        std::filesystem::remove(make_device("a", settings).token_file());
    }

    void expect_edit_to_arrive() {
        patch(device(), {{"theme", "dark"}});
        expect_eventually([&] { return server->document(); }, Json{{"theme", "dark"}});
        EXPECT_TRUE(device().client().walk().value().arrived);
    }

    [[nodiscard]] std::filesystem::path told() const { return folder / "told"; }

    std::optional<NetworkNamespace> here;
    std::optional<Process> proxy;
};

TEST_F(SecretsTest, APasswordOfTheEnvironmentGoesNoFurther) {
    make_telling_device({});
    device().start({"env", std::string{"https_proxy=http://ada:"} + password + "@127.0.0.1:3128"});

    expect_edit_to_arrive();

    EXPECT_THAT(device().places_of(password), ElementsAre("environ")) << "where it was put";
    EXPECT_THAT(device().places_of(as_sent), IsEmpty());
    EXPECT_THAT(read_text(told()), AllOf(HasSubstr("PATH="), Not(HasSubstr(password))));
}

TEST_F(SecretsTest, APasswordOfAFileIsInNoEnvironmentAtAll) {
    auto const secret = folder / "proxy";
    write_text(secret, std::string{"ada:"} + password + '\n');
    std::filesystem::permissions(secret, std::filesystem::perms{0600});
    make_telling_device({{"server.proxy", quoted("http://127.0.0.1:3128")},
                         {"server.proxy_credentials", quoted(secret)}});
    device().start();

    expect_edit_to_arrive();

    EXPECT_THAT(device().places_of(password), IsEmpty());
    EXPECT_THAT(device().places_of(as_sent), IsEmpty());
    EXPECT_THAT(read_text(told()), Not(HasSubstr(password)));
}

TEST_F(SecretsTest, AProxyThatQuotesThePasswordMakesNobodyRepeatIt) {
    proxy.reset();
    write_text(folder / "answer", std::string{"HTTP/1.1 403 "} + password + ' ' + as_sent +
                                      "\r\nContent-Length: 13\r\n\r\n" + password);
    proxy.emplace(std::vector<std::string>{"socat", "TCP-LISTEN:3128,fork,reuseaddr",
                                           "SYSTEM:cat " + (folder / "answer").string()},
                  Process::Output{});
    make_telling_device(
        {{"server.proxy", quoted(std::string{"http://ada:"} + password + "@127.0.0.1:3128")}});
    device().start();
    patch(device(), {{"theme", "dark"}});

    expect_eventually([&] { return device().log(); }, HasSubstr("it answers 403"));
    EXPECT_FALSE(device().client().walk().value().arrived);

    EXPECT_THAT(device().places_of(password), IsEmpty());
    EXPECT_THAT(device().places_of(as_sent), IsEmpty());
}

TEST_F(SecretsTest, ADaemonThatCrashesLeavesNoCore) {
    auto const cores = folder / "cores";
    std::filesystem::create_directory(cores);
    std::vector<std::string> const starter{
        "sh", "-c", "cd " + cores.string() + " && ulimit -c unlimited && exec \"$@\"", "sh"};
    auto control = starter;
    control.insert(control.end(), {"sh", "-c", "kill -ABRT $$"});
    static_cast<void>(run(control, folder.path()));
    if (std::filesystem::is_empty(cores)) GTEST_SKIP() << "nobody leaves a core here";
    std::filesystem::remove_all(cores);
    std::filesystem::create_directory(cores);
    make_telling_device(
        {{"server.proxy", quoted(std::string{"http://ada:"} + password + "@127.0.0.1:3128")}});
    device().start(starter);
    expect_edit_to_arrive();

    device().process().send(SIGABRT);
    EXPECT_EQ(device().process().wait(), 128 + SIGABRT);

    EXPECT_TRUE(std::filesystem::is_empty(cores));
    EXPECT_THAT(read_text(told()), testing::ContainsRegex("Max core file size +0 +0"))
        << "nor does a child";
}

}  // namespace
}  // namespace settings::system_test
