// The manual pages say what the programs do, all of it and nothing else.

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <regex>
#include <set>
#include <sstream>

#include "cli/grammar.h"
#include "daemon/config.h"
#include "tests/support/process.h"
#include "tests/support/programs.h"
#include "tests/support/temporary_folder.h"

namespace settings::cli {
namespace {

using Words = std::set<std::string>;

std::string const settingsctl_page = MANUAL "/settingsctl.1";
std::string const settingsd_page = MANUAL "/settingsd.8";
std::string const notify_page = MANUAL "/settingsd-notify.8";
std::string const configuration_page = MANUAL "/settingsd.toml.5";
std::string const emulator_page = MANUAL "/flashback-emulator.1";

/// What the expression's group finds in a text.
Words found(std::string const& text, std::string const& expression) {
    std::regex const wanted{expression, std::regex::multiline};
    Words words;
    for (std::sregex_iterator match{text.begin(), text.end(), wanted}, end; match != end; ++match)
        words.insert((*match)[1]);
    return words;
}

/// Each command, as "conflicts restore", to the names of its options and arguments.
using Commands = std::map<std::string, Words>;

Words words_of(CLI::App const& command) {
    Words words;
    for (auto const* option : command.get_options()) {
        if (option->get_positional()) words.insert(option->get_name(true));
        for (auto const& name : option->get_lnames()) words.insert("--" + name);
        for (auto const& name : option->get_snames()) words.insert("-" + name);
        if (!option->get_positional() && option->get_items_expected_max() > 0)
            words.insert(option->get_type_name());
    }
    words.erase("--help");
    words.erase("-h");
    return words;
}

void add_commands(CLI::App const& parent, std::string const& prefix, Commands& commands) {
    for (auto const* command : parent.get_subcommands([](auto const*) { return true; })) {
        if (command->get_group().empty()) continue;
        auto const name = prefix + command->get_name();
        commands[name] = words_of(*command);
        add_commands(*command, name + ' ', commands);
    }
}

Commands commands_there_are() {
    Grammar const grammar;
    Commands commands;
    add_commands(grammar.app(), "", commands);
    return commands;
}

/// Of lines like ".It Ic conflicts restore Ar id" and ".It Ic sync Op Fl -wait Ar SECONDS".
Commands commands_told() {
    Commands commands;
    std::istringstream page{read_text(settingsctl_page)};
    for (std::string line; std::getline(page, line);) {
        if (!line.starts_with(".It Ic ")) continue;
        auto const name = found(line, "^\\.It Ic ([a-z]+(?: [a-z]+)?)");
        auto& words = commands[*name.begin()];
        for (auto const& option : found(line, "Fl (\\S+)")) words.insert('-' + option);
        words.merge(found(line, "Ar (\\S+)"));
    }
    return commands;
}

/// Of lines like ".It Fl -json".
Words options_told(std::string const& page) {
    return found(read_text(page), "^\\.It Fl -([a-z-]+)");
}

TEST(ManualTest, TellsEveryCommandWithItsOptionsAndNoOther) {
    EXPECT_EQ(commands_told(), commands_there_are());
}

TEST(ManualTest, TellsEveryOptionOfTheProgramAndNoOther) {
    Grammar const grammar;
    Words options;
    for (auto const* option : grammar.app().get_options())
        for (auto const& name : option->get_lnames()) options.insert(name);

    EXPECT_EQ(options_told(settingsctl_page), options);
}

/// Of lines like "  -h,--help   Print this".
Words options_of(std::string const& program) {
    TemporaryFolder const folder;
    return found(settings::run({program, "--help"}, folder.path()).output,
                 "^ +(?:-h,)?--([a-z-]+)");
}

TEST(ManualTest, TellsEveryOptionOfTheDaemonAndNoOther) {
    EXPECT_EQ(options_told(settingsd_page), options_of(program("settingsd")));
}

TEST(ManualTest, TellsEveryOptionOfTheNotifierAndNoOther) {
    EXPECT_EQ(options_told(notify_page), options_of(program("settingsd-notify")));
}

TEST(ManualTest, TellsEveryOptionOfTheEmulatorAndNoOther) {
    EXPECT_EQ(options_told(emulator_page), options_of(program("flashback-emulator")));
}

TEST(ManualTest, TellsEveryKeyOfTheConfigurationAndNoOther) {
    auto const keys = daemon::config_keys();

    EXPECT_EQ(found(read_text(configuration_page), "^\\.It Ic ([a-z_]+\\.[a-z_]+)"),
              Words(keys.begin(), keys.end()));
}

TEST(ManualTest, TellsTheDefaultsThatThereAre) {
    std::string toml;
    std::regex const key{"^\\.It Ic (\\S+) Pq default: Li (.*)$", std::regex::multiline};
    auto const page = read_text(configuration_page);
    for (std::sregex_iterator match{page.begin(), page.end(), key}, end; match != end; ++match)
        toml += (*match)[1].str() + " = " +
                std::regex_replace((*match)[2].str(), std::regex{R"(\\\(dq)"}, "\"") + '\n';
    TemporaryFolder const folder;
    write_text(folder / "config.toml", toml);

    auto const told = daemon::load_config({folder / "config.toml"}, true);

    daemon::Config const usual;
    EXPECT_EQ(told.server_url, usual.server_url);
    EXPECT_EQ(told.connect_within, usual.connect_within);
    EXPECT_EQ(told.answer_within, usual.answer_within);
    EXPECT_EQ(told.journal, usual.journal);
    EXPECT_EQ(told.sync.debounce, usual.sync.debounce);
    EXPECT_EQ(told.sync.debounce_cap, usual.sync.debounce_cap);
    EXPECT_EQ(told.sync.look_every, usual.sync.look_every);
    EXPECT_EQ(told.sync.backoff.floor, usual.sync.backoff.floor);
    EXPECT_EQ(told.sync.backoff.base, usual.sync.backoff.base);
    EXPECT_EQ(told.sync.backoff.cap, usual.sync.backoff.cap);
    EXPECT_EQ(told.sync.budget_interval, usual.sync.budget_interval);
    EXPECT_EQ(told.sync.winner, usual.sync.winner);
    EXPECT_EQ(told.log_level, usual.log_level);
    EXPECT_EQ(told.sync.lag, usual.sync.lag);
    EXPECT_EQ(told.sync.holds_removals, usual.sync.holds_removals);
    EXPECT_EQ(told.snapshot, usual.snapshot);
    EXPECT_EQ(std::ranges::count(toml, '\n'), 17);
}

TEST(ManualTest, IsWrittenWithoutMistakes) {
    TemporaryFolder const folder;
    for (auto const& page : {settingsctl_page, settingsd_page, configuration_page, emulator_page}) {
        auto const lint =
            settings::run({"mandoc", "-T", "lint", "-W", "warning", page}, folder.path());
        EXPECT_EQ(lint.status, 0) << lint.output << lint.errors;

        auto const set = settings::run({"groff", "-ww", "-mdoc", "-Tutf8", page}, folder.path());
        EXPECT_EQ(set.status, 0);
        EXPECT_EQ(set.errors, "");
        EXPECT_NE(set.output, "");
    }
}

}  // namespace
}  // namespace settings::cli
