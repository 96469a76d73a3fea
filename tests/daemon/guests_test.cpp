#include "daemon/guests.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "daemon/config.h"

namespace settings::daemon {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(GuestsTest, AreFoundByName) {
    auto const named = people_named({"root", "@root", "daemon"});

    EXPECT_THAT(named.problems, IsEmpty());
    EXPECT_THAT(named.people.users, ElementsAre(0, 1));
    EXPECT_THAT(named.people.groups, ElementsAre(0));
}

TEST(GuestsTest, WhoIsNotKnownLetsNobodyInAndIsTold) {
    auto const named = people_named({"no-such-user", "@no-such-group", "@", "0"});

    EXPECT_THAT(named.problems, ElementsAre(HasSubstr("no-such-user"), HasSubstr("@no-such-group"),
                                            HasSubstr("\"@\""), HasSubstr("\"0\"")));
    EXPECT_THAT(named.people.users, IsEmpty());
    EXPECT_THAT(named.people.groups, IsEmpty());
}

/// In a user namespace the kernel shows this number for everybody else.
TEST(GuestsTest, NobodyLetsNobodyIn) {
    auto const named = people_named({"nobody", "@nogroup"});

    EXPECT_THAT(named.problems, ElementsAre(HasSubstr("PrivateUsers="), HasSubstr("nogroup")));
    EXPECT_THAT(named.people.users, IsEmpty());
}

TEST(GuestsTest, TheSocketsFileIsOpenToOthersOnlyWhereRootIsNotAlone) {
    Config config;
    EXPECT_EQ(through_for(config), ipc::Through::owner);
    config.allow = {"root"};
    EXPECT_EQ(through_for(config), ipc::Through::owner);
    config.allow_read = {"@daemon"};
    EXPECT_EQ(through_for(config), ipc::Through::everybody);
}

}  // namespace
}  // namespace settings::daemon
