#include "daemon/config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>

#include "tests/support/temporary_folder.h"

namespace settings::daemon {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;
using testing::ThrowsMessage;

class ConfigTest : public testing::Test {
  protected:
    void SetUp() override {
        for (auto const* name : {"STATE_DIRECTORY", "XDG_STATE_HOME", "XDG_CONFIG_HOME",
                                 "XDG_RUNTIME_DIR", "https_proxy", "HTTPS_PROXY", "all_proxy",
                                 "ALL_PROXY", "no_proxy", "NO_PROXY", "auto_proxy", "AUTO_PROXY"})
            unsetenv(name);
        setenv("HOME", "/home/ada", 1);
    }

    Config load(std::string const& text) {
        std::ofstream{file} << text;
        return load_config({file}, true);
    }

    std::string refusal(std::string const& text) {
        try {
            static_cast<void>(load(text));
        } catch (ConfigError const& error) {
            return error.what();
        }
        return "accepted";
    }

    TemporaryFolder folder;
    std::filesystem::path file = folder / "config.toml";
};

TEST_F(ConfigTest, HasASoundDefaultForEverything) {
    auto const config = load("");

    EXPECT_EQ(config.server_url, "https://backend.flashback.tech");
    EXPECT_EQ(config.store_directory, "/home/ada/.local/state/settingsd");
    EXPECT_THAT(config.socket_path.string(), testing::EndsWith("/settingsd/socket"));
    EXPECT_EQ(config.sync.debounce, 2s);
    EXPECT_EQ(config.sync.backoff.cap, 10min);
}

TEST_F(ConfigTest, AFileThatIsAbsentIsAnEmptyOneUnlessItWasAskedFor) {
    EXPECT_EQ(load_config({folder / "absent"}, false).log_level, "info");
    EXPECT_THAT([&] { static_cast<void>(load_config({folder / "absent"}, true)); },
                ThrowsMessage<ConfigError>((folder / "absent").string() +
                                           " cannot be read: No such file or directory"));
}

TEST_F(ConfigTest, AFolderInAFilesPlaceIsNamedWithoutALine) {
    EXPECT_THAT([&] { static_cast<void>(load_config({folder.path()}, true)); },
                ThrowsMessage<ConfigError>(
                    AllOf(StartsWith(folder.path().string()), Not(HasSubstr(":0")))));
}

TEST_F(ConfigTest, ALinkToNowhereIsAnError) {
    std::filesystem::create_symlink(folder / "moved away", folder / "link");
    EXPECT_THROW(static_cast<void>(load_config({folder / "link"}, false)), ConfigError);
}

TEST_F(ConfigTest, EachSettingIsThatOfTheFirstFileThatHasIt) {
    std::ofstream{folder / "own"} << "[sync]\nreview = \"hold\"\n[credentials]\n"
                                     "token_command = [\"/bin/own\", \"x\"]\n";
    std::ofstream{folder / "system"}
        << "sync.review = \"apply\"\nsync.look_every_seconds = 60\n"
           "credentials.token_command = [\"/bin/system\"]\nserver.proxy = \"none\"\n";

    auto const config = load_config({folder / "own", folder / "system", folder / "none"}, false);

    EXPECT_TRUE(config.sync.holds_removals);
    EXPECT_EQ(config.sync.look_every, 60s);
    EXPECT_EQ(config.token_command, (std::vector<std::string>{"/bin/own", "x"}));
    EXPECT_EQ(config.proxy, "none");
    EXPECT_EQ(config.log_level, "info");
    EXPECT_EQ(config.set_by.at("sync.review"), folder / "own");
    EXPECT_EQ(config.set_by.at("sync.look_every_seconds"), folder / "system");
    EXPECT_EQ(config.set_by.count("log.level"), 0U);
    ASSERT_EQ(config.files.size(), 3U);
    EXPECT_EQ(config.files[0].path, folder / "own");
    EXPECT_TRUE(config.files[0].is_there && config.files[1].is_there);
    EXPECT_FALSE(config.files[2].is_there);
}

TEST_F(ConfigTest, AWrongFileIsNamedWhicheverItIs) {
    std::ofstream{folder / "own"} << "log.level = \"info\"\n";
    std::ofstream{folder / "system"} << "\nlog.level = \"loud\"\n";

    EXPECT_THAT(
        [&] {
            static_cast<void>(load_config({folder / "own", folder / "system"}, false));
        },
        ThrowsMessage<ConfigError>(StartsWith((folder / "system").string() + ":2: log.level")));
}

TEST_F(ConfigTest, TheMachinesFileIsInThePrefixOfTheProgram) {
    EXPECT_EQ(system_config_file("/usr/bin/settingsd"), "/etc/settingsd/config.toml");
    EXPECT_EQ(system_config_file("/bin/settingsd"), "/etc/settingsd/config.toml");
    EXPECT_EQ(system_config_file("/usr/local/bin/settingsd"),
              "/usr/local/etc/settingsd/config.toml");
    EXPECT_EQ(system_config_file("/opt/x/bin/settingsd (deleted)"),
              "/opt/x/etc/settingsd/config.toml");
}

TEST_F(ConfigTest, TheUsersFileComesFirstUnlessTheMachinesIsTheUsers) {
    auto const usual = default_config_files();
    ASSERT_EQ(usual.size(), 2U);
    EXPECT_EQ(usual[0], "/home/ada/.config/settingsd/config.toml");

    setenv("XDG_CONFIG_HOME", usual[1].parent_path().parent_path().c_str(), 1);
    auto const of_the_system = default_config_files();
    unsetenv("XDG_CONFIG_HOME");
    EXPECT_EQ(of_the_system, std::vector{usual[1]});
}

TEST_F(ConfigTest, TakesItsFoldersFromSystemdThenXdg) {
    setenv("XDG_STATE_HOME", "/xdg", 1);
    setenv("XDG_RUNTIME_DIR", "/run/user/7", 1);
    EXPECT_EQ(load("").store_directory, "/xdg/settingsd");
    EXPECT_EQ(load("").socket_path, "/run/user/7/settingsd/socket");

    setenv("STATE_DIRECTORY", "/var/lib/settingsd/ada", 1);
    EXPECT_EQ(load("").store_directory, "/var/lib/settingsd/ada");
    setenv("STATE_DIRECTORY", "/var/lib/settingsd:/var/lib/other", 1);
    EXPECT_EQ(load("").store_directory, "/var/lib/settingsd");
}

TEST_F(ConfigTest, ADeviceIsCalledAsItsHostUnlessTold) {
    char host[256] = {};
    ASSERT_EQ(gethostname(host, sizeof host - 1), 0);

    EXPECT_EQ(load("").device_name, host);
    EXPECT_EQ(load("[account]\ndevice_name = \"\"").device_name, "");
    EXPECT_THAT(refusal("[account]\ndevice_name = 7"), HasSubstr("must be a text"));
    for (std::string const path : {"/tmp/s/", "/", "/tmp/.", "/tmp/s/.."})
        EXPECT_THAT(refusal("[socket]\npath = \"" + path + '"'), HasSubstr("must name a file"));
    EXPECT_THAT(refusal("[server]\nurl = \"\""), HasSubstr("server.url must not be empty"));
    EXPECT_THAT(refusal("[account]\ndevice_name = \"" + std::string(201, 'x') + '"'),
                HasSubstr("200 bytes at most"));
}

TEST_F(ConfigTest, ReadsEverySetting) {
    auto const config = load(R"(
        [server]
        url = "https://example.org:8443/api/"
        ca_file = "/etc/ca.pem"
        client_certificate = "~/laptop.pem"
        client_key = "/etc/laptop.key"
        proxy = "http://cache.corp:3128"
        proxy_credentials = "~/proxy"
        connect_seconds = 3
        answer_seconds = 120
        lag_seconds = 5
        [credentials]
        token_file = "~/token"
        token_command = ["/usr/bin/helper", "", "two words"]
        [account]
        device_name = "the kitchen's"
        [store]
        directory = "/data"
        journal_revisions = 7
        journal_bytes = 1_000_000
        [socket]
        path = "/tmp/s"
        allow = ["root", "@support"]
        allow_read = ["@helpdesk"]
        [sync]
        debounce_seconds = 0.5
        debounce_cap_seconds = 5
        look_every_seconds = 60
        backoff_floor_seconds = 0.125
        backoff_base_seconds = 0.25
        backoff_cap_seconds = 30
        budget_interval_seconds = 20
        review = "apply"
        [log]
        level = "debug"
    )");

    auto const remote = config.remote();
    EXPECT_EQ(remote.host, "example.org");
    EXPECT_EQ(remote.port, "8443");
    EXPECT_EQ(remote.prefix, "/api");
    EXPECT_EQ(remote.tls.authorities, "/etc/ca.pem");
    EXPECT_EQ(remote.tls.certificate, "/home/ada/laptop.pem");
    EXPECT_EQ(remote.tls.key, "/etc/laptop.key");
    EXPECT_EQ(remote.proxy, (sync::Proxy{"cache.corp", "3128", ""}));
    EXPECT_EQ(config.proxy_credentials, "/home/ada/proxy");
    EXPECT_EQ(remote.connect_within, 3s);
    EXPECT_EQ(remote.answer_within, 2min);
    EXPECT_EQ(config.token_file, "/home/ada/token");
    EXPECT_EQ(config.token_command, (std::vector<std::string>{"/usr/bin/helper", "", "two words"}));
    EXPECT_EQ(config.device_name, "the kitchen's");
    EXPECT_EQ(config.store_directory, "/data");
    EXPECT_EQ(config.journal.revisions, 7);
    EXPECT_EQ(config.journal.bytes, 1'000'000);
    EXPECT_EQ(config.socket_path, "/tmp/s");
    EXPECT_THAT(config.allow, testing::ElementsAre("root", "@support"));
    EXPECT_THAT(config.allow_read, testing::ElementsAre("@helpdesk"));
    EXPECT_EQ(config.sync.debounce, 500ms);
    EXPECT_EQ(config.sync.debounce_cap, 5s);
    EXPECT_EQ(config.sync.look_every, 1min);
    EXPECT_EQ(config.sync.backoff.floor, 125ms);
    EXPECT_EQ(config.sync.backoff.base, 250ms);
    EXPECT_EQ(config.sync.backoff.cap, 30s);
    EXPECT_EQ(config.sync.budget_interval, 20s);
    EXPECT_FALSE(config.sync.holds_removals);
    EXPECT_EQ(config.sync.lag, 5s);
    EXPECT_EQ(config.log_level, "debug");
}

TEST_F(ConfigTest, TakesTheProxyThatTheEnvironmentNames) {
    std::string const server = "[server]\nurl = \"https://settings.corp.example\"\n";
    EXPECT_EQ(load(server).remote().proxy, std::nullopt);

    setenv("ALL_PROXY", "http://all.corp:1", 1);
    EXPECT_EQ(load(server).remote().proxy->host, "all.corp");
    setenv("HTTPS_PROXY", "http://upper.corp:1", 1);
    EXPECT_EQ(load(server).remote().proxy->host, "upper.corp");
    setenv("https_proxy", "http://ada:secret@lower.corp:3128", 1);
    EXPECT_EQ(load(server).remote().proxy, (sync::Proxy{"lower.corp", "3128", "ada:secret"}));

    EXPECT_EQ(load(server + "proxy = \"none\"").remote().proxy, std::nullopt);
    EXPECT_EQ(load(server + "proxy = \"file.corp:1\"").remote().proxy->host, "file.corp");
    setenv("no_proxy", "localhost,.corp.example", 1);
    EXPECT_EQ(load(server).remote().proxy, std::nullopt);
    EXPECT_EQ(load(server + "proxy = \"file.corp:1\"").remote().proxy->host, "file.corp");
    setenv("no_proxy", "", 1);
    setenv("https_proxy", "", 1);
    EXPECT_EQ(load(server).remote().proxy, std::nullopt) << "an empty one says none";
}

TEST_F(ConfigTest, AProxyOfTheEnvironmentThatCannotBeUsedIsToldAndStopsNothing) {
    setenv("https_proxy", "socks5://ada:secret@cache.corp:1080", 1);

    auto const way_out = load("").way_out();

    EXPECT_EQ(way_out.proxy, std::nullopt);
    EXPECT_THAT(way_out.warning.value(),
                testing::AllOf(HasSubstr("https_proxy"), HasSubstr("\"socks5\" is not supported"),
                               testing::Not(HasSubstr("secret"))));
}

TEST_F(ConfigTest, AScriptThatNamesAProxyIsToldWhereverItStands) {
    setenv("auto_proxy", "http://wpad.corp/proxy", 1);
    EXPECT_THAT(load("").way_out().warning.value(),
                testing::AllOf(HasSubstr("auto_proxy"), HasSubstr("PAC")));

    setenv("https_proxy", "http://cache.corp:3128", 1);
    EXPECT_EQ(load("").way_out().warning, std::nullopt) << "there is a proxy";

    setenv("https_proxy", "http://wpad.corp/proxy.pac", 1);
    EXPECT_THAT(load("").way_out().warning.value(),
                testing::AllOf(HasSubstr("https_proxy"), HasSubstr("PAC")));
    EXPECT_THAT(refusal("[server]\nproxy = \"http://wpad.corp/proxy.pac\""), HasSubstr("PAC"));
}

TEST_F(ConfigTest, TheProxysCredentialsComeFromAFileOfTheirOwn) {
    auto const secret = folder / "proxy";
    std::ofstream{secret} << "ada:secret\n";
    std::filesystem::permissions(secret, std::filesystem::perms{0600});
    std::string const text =
        "[server]\nproxy = \"cache.corp:3128\"\nproxy_credentials = \"" + secret.string() + "\"";
    EXPECT_EQ(load(text).remote().proxy->credentials, "ada:secret");
    load(text).check_files();

    std::filesystem::permissions(secret, std::filesystem::perms{0644});
    EXPECT_THROW(load(text).check_files(), ConfigError) << "others may read it";
    EXPECT_EQ(load(text).remote().proxy->credentials, "");
}

TEST_F(ConfigTest, AClientCertificateThatCannotBeUsedIsNamedWhenTheFilesAreChecked) {
    auto const problem = [](Config const& config) -> std::string {
        try {
            config.check_files();
        } catch (ConfigError const& error) {
            return error.what();
        }
        return {};
    };

    EXPECT_THAT(
        problem(load("[server]\nclient_certificate = \"/absent.pem\"")),
        testing::StartsWith("server.client_certificate: cannot use the client certificate in "
                            "/absent.pem: "));
    EXPECT_EQ(problem(load("[server]\nclient_key = \"/absent.key\"")),
              "server.client_key needs server.client_certificate beside it");
    auto const pipe = file.string() + "-pipe";
    ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
    for (std::string const setting : {"ca_file", "client_certificate"})
        EXPECT_THAT(problem(load("[server]\n" + setting + " = \"" + pipe + '"')),
                    testing::HasSubstr("it is no regular file"));
    setenv("SSL_CERT_FILE", pipe.c_str(), /*overwrite=*/1);
    EXPECT_EQ(problem(load("")), "");
    unsetenv("SSL_CERT_FILE");
}

TEST_F(ConfigTest, APipeIsNotWaitedFor) {
    ASSERT_EQ(mkfifo(file.c_str(), 0600), 0);

    EXPECT_THROW(static_cast<void>(load_config({file}, /*required=*/false)), ConfigError);
}

/// The parser of TOML goes one call deeper with each level of a name.
TEST_F(ConfigTest, AFileThatIsTooLongForAConfigurationIsNotRead) {
    std::string levels;
    for (int n = 0; n < 100'000; ++n) levels += "a.";

    EXPECT_THAT(refusal(levels + "a = 1\n"), HasSubstr("is longer than 32 KiB"));
    EXPECT_THAT(refusal(levels.substr(0, 20'000) + "a = 1\n"), HasSubstr("unknown setting"));
}

TEST_F(ConfigTest, ASchemeHasNoCase) {
    EXPECT_EQ(load("[server]\nurl = \"HTTPS://Example.org\"").remote().host, "Example.org");
}

TEST_F(ConfigTest, NamesTheLineOfWhatItDoesNotKnow) {
    EXPECT_THAT(refusal("\n[server]\nurll = \"x\"\n"),
                HasSubstr("config.toml:3: unknown setting server.urll"));
    EXPECT_THAT(refusal("[sevrer]\nurl = \"x\"\n"), HasSubstr(":2: unknown setting sevrer.url"));
    EXPECT_THAT(refusal("[sevrer]\n"), HasSubstr(":1: unknown table [sevrer]"));
    EXPECT_THAT(refusal("url = \"x\"\n"), HasSubstr(":1: url is not a table"));
    EXPECT_THAT(refusal("[server\n"), HasSubstr("config.toml:1: "));
}

TEST_F(ConfigTest, RefusesValuesThatMakeNoSense) {
    EXPECT_THAT(refusal("[server]\nurl = 5"), HasSubstr("server.url must be a text"));
    EXPECT_THAT(refusal("[server]\nproxy = \"socks5://ada:secret@cache.corp\""),
                testing::AllOf(HasSubstr(":2: server.proxy: "), HasSubstr("or \"none\""),
                               testing::Not(HasSubstr("secret"))));
    EXPECT_THAT(refusal("[store]\ndirectory = \"relative\""),
                HasSubstr("must be an absolute path"));
    EXPECT_THAT(refusal("[store]\njournal_revisions = 0"), HasSubstr("from 1 to 1000000000000000"));
    EXPECT_THAT(refusal("[store]\njournal_revisions = 9223372036854775807"), HasSubstr("from 1"));
    EXPECT_THAT(refusal("[store]\njournal_revisions = 1.5"), HasSubstr("whole number"));
    EXPECT_THAT(refusal("[store]\njournal_bytes = -1"), HasSubstr("from 1 to"));
    EXPECT_THAT(refusal("[sync]\ndebounce_seconds = -1"), HasSubstr("number of seconds"));
    EXPECT_THAT(refusal("[sync]\nbackoff_cap_seconds = nan"), HasSubstr("number of seconds"));
    EXPECT_THAT(refusal("[sync]\nlook_every_seconds = \"5\""), HasSubstr("number of seconds"));
    for (std::string const command : {"\"/bin/x\"", "[]", "[\"x\"]", "[\"\"]", "[\"/bin/x\", 5]"})
        EXPECT_THAT(refusal("[credentials]\ntoken_command = " + command),
                    HasSubstr("by its absolute path"))
            << command;
    for (std::string const names : {"\"root\"", "[0]", "[\"\"]", "true"})
        EXPECT_THAT(refusal("[socket]\nallow_read = " + names),
                    HasSubstr("must name users, and groups with an @"))
            << names;
    EXPECT_THAT(refusal("[log]\nlevel = \"loud\""), HasSubstr("error, warn, info or debug"));
    EXPECT_THAT(refusal("[socket]\npath = \"/" + std::string(107, 'x') + "\""),
                HasSubstr("at most 107 bytes"));
    EXPECT_THAT(refusal("[store]\ndirectory = \"/a\\u0000b\""), HasSubstr("NUL"));
    EXPECT_THAT(refusal("[credentials]\ntoken_command = [\"/bin/x\", \"a\\u0000b\"]"),
                HasSubstr("NUL"));
}

TEST_F(ConfigTest, WantsHttpsAndNothingSecretInTheUrl) {
    for (std::string const url :
         {"http://example.org", "example.org", "https://", "https://user:secret@example.org",
          "https://example.org/?q=1", "https://example.org/#f", "https://exa mple.org",
          "https://a%0d%0aX-Evil/", "https://example.org\\r\\nX: 1", "ftp://example.org"})
        EXPECT_THAT(refusal("[server]\nurl = \"" + url + "\""), HasSubstr("must be https://"))
            << url;
}

TEST_F(ConfigTest, SaysWhatIsWrongWithAUrlWithoutItsSecrets) {
    auto const wrong = [this](std::string const& url) {
        return refusal("[server]\nurl = \"" + url + "\"");
    };
    EXPECT_THAT(wrong("https://ada:hunter22@example.org"), HasSubstr("a login has no place in it"));
    EXPECT_THAT(wrong("https://example.org/?key=hunter22"),
                HasSubstr("a query has no place in it"));
    EXPECT_THAT(wrong("https://example.org/#hunter22"), HasSubstr("a fragment has no place in it"));
    for (std::string const url :
         {"https://ada:hunter22@example.org", "https://example.org/?key=hunter22",
          "https://example.org/#hunter22", "https://exa mple.org/?hunter22"})
        EXPECT_THAT(wrong(url), Not(HasSubstr("hunter22")));
}

TEST_F(ConfigTest, APortIsOneThatAServerCanHave) {
    for (std::string const port :
         {"-1", "443x", "0", "00", "65536", "99999", "4294967297", "99999999999999999999"})
        EXPECT_THAT(refusal("[server]\nurl = \"https://example.org:" + port + "/x\""),
                    HasSubstr(":2: server.url must be https://HOST[:PORT][/PREFIX]: a port is a "
                              "number from 1 to 65535"))
            << port;
    EXPECT_EQ(load("[server]\nurl = \"https://example.org:65535\"").remote().port, "65535");
    EXPECT_EQ(load("[server]\nurl = \"https://example.org:1\"").remote().port, "1");
    EXPECT_EQ(load("[server]\nurl = \"https://example.org:/x\"").remote().port, "443");
}

TEST_F(ConfigTest, WhatFollowsAnAddressIsNoPort) {
    for (std::string const host : {"1.2.3.4.5", "1.2.3.4.5:443", "1.2.3.4x", "[::1]x"})
        EXPECT_THAT(refusal("[server]\nurl = \"https://" + host + "/x\""),
                    HasSubstr("server.url must be https://HOST[:PORT][/PREFIX]: that is no host"))
            << host;
}

TEST_F(ConfigTest, LooksAtTheTokenCommandWhenAskedTo) {
    auto const config = load("[credentials]\ntoken_command = [\"/nowhere/x\"]");
    EXPECT_THAT([&] { config.check_files(); },
                ThrowsMessage<ConfigError>(HasSubstr("cannot start /nowhere/x: No such file")));
    EXPECT_NO_THROW(load("[credentials]\ntoken_command = [\"/bin/sh\"]").check_files());
}

TEST_F(ConfigTest, AcceptsAddressesAsHosts) {
    EXPECT_EQ(load("[server]\nurl = \"https://127.0.0.1:1\"").remote().host, "127.0.0.1");
    EXPECT_EQ(load("[server]\nurl = \"https://[::1]:1/\"").remote().host, "::1");
}

}  // namespace
}  // namespace settings::daemon
