#include "daemon/service/journal_page.h"

#include <gtest/gtest.h>

namespace settings::daemon {
namespace {

store::JournalEntry entry_of(Revision revision, std::string value = "x") {
    return {.revision = revision,
            .at = 0,
            .origin = store::Origin::app,
            .app = "",
            .changes = to_text(to_json(ChangeSet{{{"a"}, std::nullopt, Json(std::move(value))}}))};
}

std::string text_of(ipc::Reply const& reply) { return *reply.body; }

TEST(JournalPageTest, IsEmptyWhenNothingWasTaken) {
    JournalPage const page{{}};

    EXPECT_EQ(text_of(page.reply(3, 7)),
              R"({"success":true,"entries":[],"oldest":3,"revision":7,"more":false})");
}

TEST(JournalPageTest, TakesAsManyEntriesAsWereAskedForAndSaysThatThereAreMore) {
    JournalPage page{{{}, 2, ""}};

    EXPECT_TRUE(page.take({entry_of(1), entry_of(2)}));
    EXPECT_NE(text_of(page.reply(1, 3)).find(R"("more":false)"), std::string::npos);
    EXPECT_FALSE(page.take({entry_of(3)}));
    EXPECT_NE(text_of(page.reply(1, 3)).find(R"("more":true)"), std::string::npos);
    EXPECT_EQ(text_of(page.reply(1, 3)).find(R"({"revision":3,"at")"), std::string::npos);
}

TEST(JournalPageTest, TakesNoEntryOfAnotherPath) {
    JournalPage page{{{}, 1, "b"}};

    EXPECT_TRUE(page.take({entry_of(1), entry_of(2)}));
    EXPECT_EQ(text_of(page.reply(1, 2)),
              R"({"success":true,"entries":[],"oldest":1,"revision":2,"more":false})");
}

TEST(JournalPageTest, IsCutWhenItIsLarge) {
    JournalPage page{{}};

    EXPECT_TRUE(page.take({entry_of(1, std::string(4'194'304, 'x'))}));
    EXPECT_FALSE(page.take({entry_of(2)}));
}

TEST(JournalPageTest, TurnsRound) {
    JournalPage page{{}};
    page.take({entry_of(2), entry_of(1)});
    page.reverse();

    auto const text = text_of(page.reply(1, 2));
    EXPECT_LT(text.find(R"({"revision":1,"at")"), text.find(R"({"revision":2,"at")"));
}

}  // namespace
}  // namespace settings::daemon
