#include "emulator/options.h"

#include <gtest/gtest.h>

namespace settings::emulator {
namespace {

using namespace std::chrono_literals;

std::variant<Options, Stop> parse(std::vector<char const*> arguments) {
    arguments.insert(arguments.begin(), "flashback-emulator");
    return parse_options(static_cast<int>(arguments.size()), arguments.data());
}

Options options(std::vector<char const*> const& arguments) {
    auto const parsed = parse(arguments);
    if (auto const* stop = std::get_if<Stop>(&parsed)) {
        ADD_FAILURE() << stop->text;
        return {};
    }
    return std::get<Options>(parsed);
}

/// The line on stderr; a mistake in the command line ends with 2.
std::string complaint(std::vector<char const*> const& arguments) {
    auto const parsed = parse(arguments);
    auto const* stop = std::get_if<Stop>(&parsed);
    if (stop == nullptr) return "no mistake";
    EXPECT_EQ(stop->exit_code, 2);
    return stop->text;
}

TEST(OptionsTest, AnEmptyNameOfAFileIsNotTheUsualOne) {
    for (auto const* option : {"--token-file", "--tls-dir", "--cert", "--key"})
        EXPECT_EQ(complaint({option, ""}), std::string{option} + ": an empty text names no file");
}

TEST(OptionsTest, HasADefaultForEverything) {
    Options const found = options({});

    EXPECT_EQ(found.address, "127.0.0.1");
    EXPECT_EQ(found.port, 0);
    EXPECT_EQ(found.url_prefix, "");
    ASSERT_EQ(found.users.size(), 1U);
    EXPECT_EQ(found.users[0].email, "demo@flashback.tech");
    EXPECT_EQ(found.users[0].password, "demo");
    EXPECT_EQ(found.token_life, 1h);
    EXPECT_EQ(found.latency, 0ms);
    EXPECT_EQ(found.rules.merge, Merge::deep);
    EXPECT_EQ(found.rules.absent_key, AbsentKey::ignore);
    EXPECT_EQ(found.rules.restricted, 403U);
    EXPECT_FALSE(found.rules.user_calls_only);
    EXPECT_TRUE(found.faults.empty());
}

TEST(OptionsTest, TakesEachOption) {
    Options const found = options({"--listen",
                                   "[::1]:8443",
                                   "--url-prefix",
                                   "/api/",
                                   "--user",
                                   "a@x:p:q",
                                   "--user",
                                   "b@x:",
                                   "--token-life",
                                   "5",
                                   "--latency",
                                   "20",
                                   "--merge",
                                   "shallow",
                                   "--absent-key",
                                   "refuse",
                                   "--restricted",
                                   "401",
                                   "--user-calls-only",
                                   "--faults",
                                   "hang, answer 500",
                                   "--certificate",
                                   "wrong-host",
                                   "--tls-dir",
                                   "/t",
                                   "--token-file",
                                   "/f"});

    EXPECT_EQ(found.address, "::1");
    EXPECT_EQ(found.port, 8443);
    EXPECT_EQ(found.url_prefix, "/api");
    ASSERT_EQ(found.users.size(), 2U);
    EXPECT_EQ(found.users[0].email, "a@x");
    EXPECT_EQ(found.users[0].password, "p:q");
    EXPECT_EQ(found.users[1].password, "");
    EXPECT_EQ(found.token_life, 5s);
    EXPECT_EQ(found.latency, 20ms);
    EXPECT_EQ(found.rules.merge, Merge::shallow);
    EXPECT_EQ(found.rules.absent_key, AbsentKey::refuse);
    EXPECT_EQ(found.rules.restricted, 401U);
    EXPECT_TRUE(found.rules.user_calls_only);
    EXPECT_EQ(found.faults.size(), 2U);
    EXPECT_EQ(found.certificate_kind, CertificateKind::wrong_host);
    EXPECT_EQ(found.tls_directory, "/t");
    EXPECT_EQ(found.token_file, "/f");
}

TEST(OptionsTest, SaysInOneLineWhatIsWrong) {
    EXPECT_EQ(complaint({"--listen", "8443"}), "--listen: expected ADDRESS:PORT, found `8443`");
    EXPECT_EQ(complaint({"--listen", "127.0.0.1:66000"}),
              "--listen: expected ADDRESS:PORT, found `127.0.0.1:66000`");
    EXPECT_EQ(complaint({"--user", "ada"}), "--user: expected EMAIL:PASSWORD, found `ada`");
    EXPECT_EQ(complaint({"--url-prefix", "api"}),
              "--url-prefix: expected a path like /api, found `api`");
    EXPECT_EQ(complaint({"--faults", "explode"}),
              "--faults: fault script, line 1, column 1: expected `answer`, `gateway`, "
              "`redirect`, `drop`, `hang`, `push`, `refuse key`, `poison`, `keep only`, "
              "`lag` or `clear`, found `explode`");
}

TEST(OptionsTest, RefusesWhatDoesNotFit) {
    EXPECT_NE(complaint({"--merge", "sideways"}), "no mistake");
    EXPECT_NE(complaint({"--restricted", "404"}), "no mistake");
    EXPECT_NE(complaint({"--latency", "-1"}), "no mistake");
    EXPECT_NE(complaint({"--token-life", "10000000001"}), "no mistake");
    EXPECT_NE(complaint({"--cert", "c"}), "no mistake");
    EXPECT_NE(complaint({"--key", "k"}), "no mistake");
    EXPECT_NE(complaint({"--cert", "c", "--key", "k", "--tls-dir", "d"}), "no mistake");
    EXPECT_NE(complaint({"--unknown"}), "no mistake");
    EXPECT_NE(complaint({"word"}), "no mistake");
}

TEST(OptionsTest, HelpIsNoMistake) {
    auto const parsed = parse({"--help"});

    EXPECT_EQ(std::get<Stop>(parsed).exit_code, 0);
    EXPECT_NE(std::get<Stop>(parsed).text.find("--faults SCRIPT"), std::string::npos);
}

}  // namespace
}  // namespace settings::emulator
