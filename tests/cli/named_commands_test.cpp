// The daemon's sentences name commands: each of them has to exist.

#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>
#include <regex>
#include <sstream>

#include "cli/arguments.h"
#include "cli/decisions_text.h"
#include "daemon/service/explanation.h"

namespace settings::cli {
namespace {

/// Each "settingsctl …" in quotes.
std::vector<std::string> commands_in(std::string const& text) {
    static std::regex const quoted{"\"(settingsctl [^\"]*)\""};
    std::vector<std::string> commands;
    for (std::sregex_iterator found{text.begin(), text.end(), quoted}, end; found != end; ++found)
        commands.push_back((*found)[1]);
    return commands;
}

void expect_exists(std::string const& command) {
    std::istringstream stream{command};
    std::vector<std::string> const words{std::istream_iterator<std::string>{stream}, {}};
    std::vector<char const*> arguments;
    for (auto const& word : words) arguments.push_back(word == "ID" ? "1" : word.c_str());
    EXPECT_NO_THROW((void)parse(static_cast<int>(arguments.size()), arguments.data())) << command;
}

/// What explain says of a setting in this state of sync.
std::string remedy(sync::Posture const& posture, bool is_rejected = false) {
    daemon::SyncState state;
    state.explanation = sync::explain(posture, state.report);
    daemon::SettingState setting{"theme", true, true, {}};
    if (is_rejected)
        setting.key.rejected = store::Rejected{"theme", {400, "no"}, 0, 1, settings::Time{0}};
    return daemon::explanation(setting, state).at("unblockedBy").get<std::string>();
}

TEST(NamedCommandsTest, EveryCommandThatAnExplanationNamesExists) {
    std::string told = remedy(sync::Paused{}) + remedy(sync::Paused{}, true);
    for (int why = 0; why <= static_cast<int>(sync::Rest::stopped); ++why)
        told += remedy(sync::Resting{settings::Time{0}, static_cast<sync::Rest>(why)}) + '\n';

    auto const commands = commands_in(told);

    for (auto const* known : {"settingsctl sync", "settingsctl login", "settingsctl resume",
                              "settingsctl review apply", "settingsctl review refuse",
                              "settingsctl rejected retry", "settingsctl rejected discard KEY"})
        EXPECT_NE(std::ranges::find(commands, known), commands.end()) << known;
    for (auto const& command : commands) expect_exists(command);
}

TEST(NamedCommandsTest, EveryCommandThatAListNamesExists) {
    client::Status::Review review;
    review.keys = {"theme"};
    auto const told = conflicts_text({{}}, {}, Style::plain) +
                      rejected_text({{}}, {}, Style::plain) + review_text(review, Style::plain);

    auto const commands = commands_in(told);

    EXPECT_EQ(commands.size(), 8U);
    for (auto const& command : commands) expect_exists(command);
}

}  // namespace
}  // namespace settings::cli
