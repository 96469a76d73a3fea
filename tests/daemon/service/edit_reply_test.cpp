#include "daemon/service/edit_reply.h"

#include <gtest/gtest.h>

namespace settings::daemon {
namespace {

using namespace std::chrono_literals;

TEST(EditReplyTest, AnEditWithoutAReceiptHasTheServicesMembersAndItsRevision) {
    auto const reply = edit_reply({"Done", {7, 1}});

    EXPECT_EQ(*reply.body, R"({"success":true,"message":"Done","revision":7})");
    EXPECT_EQ(reply.etag, text_of(Tag{7, 1}));
    EXPECT_EQ(reply.waited, std::nullopt);
}

TEST(EditReplyTest, AnEditOfOneValueHasItsTagAndNamesTheDocumentBeside) {
    auto const reply = edit_reply({"Done", {7, 1}, std::nullopt, OneValue{"v-1"}});
    EXPECT_EQ(*reply.body,
              R"({"success":true,"message":"Done","revision":7,"tag":"7-0000000000000001"})");
    EXPECT_EQ(reply.etag, "v-1");

    EXPECT_EQ(edit_reply({"Done", {7, 1}, std::nullopt, OneValue{}}).etag, "");
}

TEST(EditReplyTest, SaysWhetherTheServerHasIt) {
    EXPECT_EQ(*edit_reply({"Done", {7, 1}}, Receipt{3s, true}).body,
              R"({"success":true,"message":"Done","revision":7,"synced":true})");
    EXPECT_EQ(edit_reply({"Done", {7, 1}}, Receipt{3s, true}).waited, 3s);
    EXPECT_EQ(
        *edit_reply({"Done", {7, 1}}, Receipt{3s, false, "no \"route\""}).body,
        R"({"success":true,"message":"Done","revision":7,"synced":false,"reason":"no \"route\""})");
}

TEST(EditReplyTest, AnUndoTellsWhatItTookBackAndWhatThatChanged) {
    Undone const undone{7, {6, 4}, {"a"}, {{{"a"}, 2, 1}}};

    EXPECT_EQ(*edit_reply({"Done", {7, 1}, members_of(undone)}).body,
              R"({"success":true,"message":"Done","revision":7,"undone":2,"undid":[6,4],)"
              R"("changes":[{"path":"a","old":2,"new":1}]})");
}

}  // namespace
}  // namespace settings::daemon
