// What the judge of a run calls a loss.

#include "tests/simulation/history.h"

#include <gtest/gtest.h>

#include "tests/simulation/violation.h"

namespace settings::simulation {
namespace {

class HistoryTest : public testing::Test {
  protected:
    void edit(std::size_t device, std::string const& value) {
        history.changed(device, "theme", &value, true);
    }
    void receive(std::size_t device, std::string const& value) {
        history.changed(device, "theme", &value, false);
    }
    std::string verdict(std::string const& final) {
        try {
            history.judge({{"theme", final}});
            return "";
        } catch (Violation const& violation) {
            return violation.rule();
        }
    }

    History history{2};
};

TEST_F(HistoryTest, AcceptsTheLastEdit) {
    edit(0, "old");
    edit(0, "new");

    EXPECT_EQ(verdict("new"), "");
}

TEST_F(HistoryTest, SeesAnOlderValueOverANewerOne) {
    edit(0, "old");
    edit(0, "new");

    EXPECT_EQ(verdict("old"), "overtaken");
}

TEST_F(HistoryTest, SeesAnotherDevicesNewerValueOvertaken) {
    edit(0, "old");
    receive(1, "old");
    edit(1, "new");

    EXPECT_EQ(verdict("old"), "overtaken");
}

TEST_F(HistoryTest, WantsTheLoserOfAConflictKept) {
    edit(0, "1");
    edit(1, "2");
    EXPECT_EQ(verdict("1"), "lost");

    history.kept({{"theme"}, std::nullopt, 1, 2});

    EXPECT_EQ(verdict("1"), "");
}

TEST_F(HistoryTest, SeesAValueThatNobodySet) {
    edit(0, "ours");

    EXPECT_EQ(verdict("alien"), "invented");
}

}  // namespace
}  // namespace settings::simulation
