#include "daemon/receipt.h"

#include <gmock/gmock.h>

namespace settings::daemon {
namespace {

using namespace std::chrono_literals;
using testing::UnorderedElementsAre;

TEST(ReceiptTest, AnEditWithoutOneHasTheServicesMembersAndItsRevision) {
    auto const reply = written({"Done", 7});

    EXPECT_EQ(*reply.body, R"({"success":true,"message":"Done","revision":7})");
    EXPECT_EQ(reply.revision, 7);
    EXPECT_EQ(reply.waited, std::nullopt);
}

TEST(ReceiptTest, SaysWhetherTheServerHasIt) {
    EXPECT_EQ(*written({"Done", 7}, Receipt{3s, true}).body,
              R"({"success":true,"message":"Done","revision":7,"synced":true})");
    EXPECT_EQ(written({"Done", 7}, Receipt{3s, true}).waited, 3s);
    EXPECT_EQ(
        *written({"Done", 7, 2}, Receipt{3s, false, "no \"route\""}).body,
        R"({"success":true,"message":"Done","revision":7,"undone":2,"synced":false,"reason":"no \"route\""})");
}

TEST(ReceiptTest, KnowsTheKeysThatAnEditMayTouch) {
    EXPECT_THAT(keys_of(Patch{{{"a", 1}, {"b", {{"c", 1}}}}}), UnorderedElementsAre("a", "b"));
    EXPECT_THAT(keys_of(Replace{{{"a", 1}}}), UnorderedElementsAre("a"));
    EXPECT_THAT(keys_of(Erase{{"a.b", "c"}}), UnorderedElementsAre("a", "a.b", "c"));
}

}  // namespace
}  // namespace settings::daemon
