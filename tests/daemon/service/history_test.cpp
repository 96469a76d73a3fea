#include "daemon/service/history.h"

#include <gtest/gtest.h>

#include "store/undid.h"

namespace settings::daemon {
namespace {

store::JournalEntry entry(std::string app, ChangeSet changes) {
    return {7, 1'700'000'000'000, store::Origin::app, std::move(app), to_text(to_json(changes))};
}

std::string told(store::JournalEntry const& entry) {
    return entry_text(entry, entry.read_changes());
}

TEST(HistoryTest, TellsWhoChangedWhat) {
    ipc::Peer const peer{1000, 4711, {}, "/usr/bin/panel", "panel/3"};

    EXPECT_EQ(told(entry(app_text(peer), {{{"a", "b"}, 1, std::nullopt}})),
              R"({"revision":7,"at":"2023-11-14T22:13:20Z","origin":"app",)"
              R"("app":{"pid":4711,"uid":1000,"executable":"/usr/bin/panel","name":"panel/3"},)"
              R"("changes":[{"path":"a.b","old":1}]})");
}

TEST(HistoryTest, LeavesOutWhatIsNotKnownOfTheApp) {
    EXPECT_EQ(app_text({1000, 4711}), R"({"pid":4711,"uid":1000})");
    EXPECT_EQ(Json::parse(entry_text(entry("", {}), {})).contains("app"), false);
}

TEST(HistoryTest, KnowsEntriesOfTheFirstVersions) {
    EXPECT_EQ(Json::parse(entry_text(entry("4711", {}), {})).at("app").dump(), R"({"pid":4711})");
    EXPECT_EQ(Json::parse(entry_text(entry("someone", {}), {})).at("app").dump(), "{}");
}

TEST(HistoryTest, AnUndoTellsWhatItTookBack) {
    auto const app = store::with_undid(R"({"pid":4711})", {6, 4});

    EXPECT_EQ(entry_text(entry(app, {}), {}),
              R"({"revision":7,"at":"2023-11-14T22:13:20Z","origin":"app","app":{"pid":4711},)"
              R"("undid":[6,4],"changes":[]})");
}

TEST(HistoryTest, NamesEachStepOfAPathThatCouldBeReadInTwoWays) {
    EXPECT_EQ(changes_text({{{"a.b", "c"}, std::nullopt, 1}}),
              R"([{"path":"a.b.c","names":["a.b","c"],"new":1}])");
}

TEST(HistoryTest, ANameThatIsNoTextOrTooLongDoesNoHarm) {
    auto const text = app_text({1, 2, {}, "/bin/\xff", std::string(10'000, 'x')});

    auto const app = parse_json(text);
    ASSERT_TRUE(app) << text;
    EXPECT_EQ(app->at("name").get<std::string>().size(), 200U);
}

}  // namespace
}  // namespace settings::daemon
