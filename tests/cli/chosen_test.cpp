#include "cli/chosen.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace settings::cli {
namespace {

using testing::ElementsAre;

std::vector<client::Conflict> listed() {
    std::vector<client::Conflict> list(5);
    list[0].id = 9, list[0].path = "font.size";
    list[1].id = 3, list[1].path = "font";
    list[2].id = 4, list[2].path = "fonts";
    list[3].id = 5, list[3].path = "/a.b/c";
    list[4].id = 7, list[4].path = "7";
    return list;
}

std::vector<std::int64_t> ids(std::vector<std::string> const& names) {
    return chosen(listed(), names).value();
}

TEST(ChosenTest, ANumberIsOneOfTheList) { EXPECT_THAT(ids({"9", "3", "9"}), ElementsAre(3, 9)); }

TEST(ChosenTest, APathIsASettingWithAllBelowIt) {
    EXPECT_THAT(ids({"font"}), ElementsAre(3, 9));
    EXPECT_THAT(ids({"font.size"}), ElementsAre(9));
    EXPECT_THAT(ids({"/a.b"}), ElementsAre(5));
    EXPECT_THAT(ids({"/a.b/c"}), ElementsAre(5));
    EXPECT_THAT(ids({"/7"}), ElementsAre(7)) << "a setting with the name of a number";
}

TEST(ChosenTest, ANameWithDotsIsReadAsByEveryCommand) {
    std::vector<client::Conflict> list(3);
    list[0].id = 1, list[0].path = "/ed.font";
    list[1].id = 2, list[1].path = "/ed.tab/width";
    list[2].id = 3, list[2].path = "ed.caret";

    EXPECT_THAT(chosen(list, {"ed.font"}).value(), ElementsAre(1));
    EXPECT_THAT(chosen(list, {"/ed.font"}).value(), ElementsAre(1));
    EXPECT_THAT(chosen(list, {"ed.tab"}).value(), ElementsAre(2));
    EXPECT_THAT(chosen(list, {"ed.tab.width"}).value(), ElementsAre(2));
    EXPECT_THAT(chosen(list, {"ed"}).value(), ElementsAre(3));
}

TEST(ChosenTest, NoNameIsAll) { EXPECT_THAT(ids({}), ElementsAre(3, 4, 5, 7, 9)); }

TEST(ChosenTest, ANameThatNoneHasIsAnError) {
    EXPECT_EQ(chosen(listed(), {"9", "8"}).error().message(),
              "there is no conflict with the number 8");
    EXPECT_EQ(chosen(listed(), {"fon"}).error().code(), Errc::not_found);
}

}  // namespace
}  // namespace settings::cli
