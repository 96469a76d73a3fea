// The library that apps link, against the real daemon.

#include "settings/client.h"

#include <unistd.h>

#include "tests/support/programs.h"
#include "tests/system/support/system_test.h"

namespace settings::system_test {
namespace {

using namespace std::chrono_literals;
using client::Errc;
using testing::AllOf;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class ClientTest : public SystemTest {
  protected:
    /// The values that a setting had, oldest first.
    std::vector<Json> values_of(std::string const& path) {
        std::vector<Json> values;
        for (auto const& entry :
             device().client().journal(client::JournalQuery{}.path(path)).value().entries)
            for (auto const& change : entry.changes)
                values.push_back(change.after.value_or(Json{}));
        return values;
    }
};

TEST_F(ClientTest, ReadsBackWhatItSet) {
    boot();
    auto client = device().client();

    EXPECT_EQ(client.set("notifications.email", false).value(), 1);
    EXPECT_EQ(client.set("volume", 0.5).value(), 2);

    EXPECT_EQ(client.get<bool>("notifications.email", true), false);
    EXPECT_EQ(client.get<double>("volume").value(), 0.5);
    EXPECT_EQ(client.get<int>("volume").error().code(), Errc::wrong_type);
    EXPECT_EQ(client.get<int>("nope").error().code(), Errc::not_found);
    auto const snapshot = client.snapshot().value();
    EXPECT_EQ(client.patch(Json::object(), snapshot.tag).value(), 2);
    EXPECT_EQ(snapshot.settings, Json({{"notifications", {{"email", false}}}, {"volume", 0.5}}));
}

TEST_F(ClientTest, GoesOnAfterTheDaemonRestarted) {
    boot();
    auto client = device().client();
    ASSERT_EQ(client.set("theme", "light").value(), 1);

    device().kill();
    EXPECT_EQ(client.get<std::string>("theme", "dark"), "dark") << "nobody is there";
    EXPECT_EQ(client.get("theme").error().code(), Errc::unreachable);
    device().start();
    ASSERT_EQ(client.get<std::string>("theme", "dark"), "light");

    auto const tag = client.snapshot().value().tag;
    device().stop();
    device().start();
    // Never sent twice, so that it shows whether the connection that is gone was tried.
    EXPECT_EQ(client.patch({{"theme", "blue"}}, tag).value(), 2);
}

TEST_F(ClientTest, AnEditIsOneStepAndMayRemove) {
    boot();
    auto client = device().client();
    ASSERT_TRUE(client.patch({{"a", 1}, {"b", {{"c", 2}, {"d", 3}}}}));

    auto const saved = client.edit([](Json& all) {
        all["a"] = 5;
        all["b"].erase("c");
    });

    EXPECT_EQ(saved.value(), 2);
    EXPECT_EQ(client.document().value(), Json({{"a", 5}, {"b", {{"d", 3}}}}));
    EXPECT_EQ(client.edit([](Json&) {}).value(), std::nullopt);
    EXPECT_EQ(client.edit([](Json& all) { all = 7; }).error().code(), Errc::refused);
}

TEST_F(ClientTest, TenAppsCountTogetherAndNoneLosesAStep) {
    boot();
    std::list<Process> apps;
    for (int app = 0; app < 10; ++app)
        apps.emplace_back(std::vector<std::string>{program("settings-counter"), device().socket(),
                                                   "count", "100"},
                          Process::Output{"/dev/null", folder / "errors"});

    for (auto& app : apps) EXPECT_EQ(app.wait(), 0) << read_text(folder / "errors");

    auto const end = device().client().snapshot().value();
    EXPECT_EQ(end.settings, Json({{"count", 1000}}));
    EXPECT_EQ(device().status().revision, 1000);
}

TEST_F(ClientTest, TheJournalTellsWhatWasChangedAndByWhom) {
    boot();
    Client clock{device().socket(), client::Options{}.app_name("clock/1.2")};
    ASSERT_TRUE(clock.patch({{"theme", "dark"}, {"names.with", {{"dots", 1}}}}));
    ASSERT_TRUE(clock.erase({"theme"}));

    auto const history = clock.journal().value();

    EXPECT_EQ(history.revision, 2);
    EXPECT_EQ(history.oldest, 1);
    EXPECT_FALSE(history.more);
    ASSERT_THAT(history.entries, SizeIs(2));
    auto const& first = history.entries[0];
    EXPECT_EQ(first.revision, 1);
    EXPECT_EQ(first.origin, "app");
    EXPECT_TRUE(first.at);
    EXPECT_EQ(first.app->name, "clock/1.2");
    EXPECT_EQ(first.app->pid, ::getpid());
    EXPECT_EQ(first.app->uid, ::getuid());
    EXPECT_EQ(first.app->executable, std::filesystem::read_symlink("/proc/self/exe"));
    ASSERT_THAT(first.changes, SizeIs(2));
    EXPECT_THAT(first.changes[0].names, ElementsAre("names.with"));
    EXPECT_EQ(first.changes[0].after, Json({{"dots", 1}}));
    auto const& second = history.entries[1];
    ASSERT_THAT(second.changes, SizeIs(1));
    EXPECT_EQ(second.changes[0].path, "theme");
    EXPECT_EQ(second.changes[0].before, Json("dark"));
    EXPECT_EQ(second.changes[0].after, std::nullopt);
}

TEST_F(ClientTest, TheJournalIsReadStretchByStretch) {
    boot();
    auto client = device().client();
    for (int i = 0; i < 5; ++i) ASSERT_TRUE(client.patch({{i % 2 == 0 ? "even" : "odd", i}}));

    EXPECT_THAT(values_of("even"), ElementsAre(0, 2, 4));
    auto const newest = client.journal(client::JournalQuery{}.limit(2)).value();
    EXPECT_THAT(newest.entries, ElementsAre(Field(&client::Entry::revision, 4),
                                            Field(&client::Entry::revision, 5)));
    EXPECT_TRUE(newest.more);
    auto const rest = client.journal(client::JournalQuery{}.since(3)).value();
    EXPECT_THAT(rest.entries, SizeIs(2));
    EXPECT_FALSE(rest.more);
    EXPECT_EQ(client.journal(client::JournalQuery{}.limit(0)).error().code(), Errc::refused);
}

TEST_F(ClientTest, AnUndoPutsOldValuesBack) {
    boot();
    auto client = device().client();
    ASSERT_TRUE(client.set("theme", "dark"));
    ASSERT_TRUE(client.set("theme", "light"));
    ASSERT_TRUE(client.set("font", 12));

    auto const one = client.undo(2).value();
    EXPECT_EQ(one.revision, 4);
    EXPECT_EQ(one.undone, 1U);
    EXPECT_EQ(client.document().value(), Json({{"theme", "dark"}, {"font", 12}}));

    auto const all = client.undo(client::UndoOrder{}.since(client::Time{}).force()).value();
    EXPECT_GE(all.undone, 3U);
    EXPECT_THAT(client.document().value(), IsEmpty());
    EXPECT_EQ(client.journal(client::JournalQuery{}.limit(1)).value().entries.at(0).origin, "undo");
}

TEST_F(ClientTest, AnUndoOfNothingInParticularTakesBackTheNewestEditThatStands) {
    boot();
    auto client = device().client();
    for (int n = 1; n <= 3; ++n) ASSERT_TRUE(client.set("n", n));

    auto const preview = client.undo(client::UndoOrder{}.dry_run()).value();
    EXPECT_EQ(preview.revision, 3);
    EXPECT_EQ(preview.changes.at(0).after, 2);
    EXPECT_EQ(client.undo(client::UndoOrder{}.only_if("2")).error().code(), Errc::stale);
    ASSERT_TRUE(client.undo());
    ASSERT_TRUE(client.undo());

    EXPECT_EQ(client.document().value(), Json({{"n", 1}}));
    auto const undo = client.journal(client::JournalQuery{}.limit(1)).value().entries.at(0);
    EXPECT_EQ(undo.undid, std::vector<client::Revision>{2});
}

TEST_F(ClientTest, AnUndoTakesABurstOfOneAppBackAndLeavesTheOthers) {
    boot();
    Client tuner{device().socket(), client::Options{}.app_name("tuner")};
    Client other{device().socket(), client::Options{}.app_name("other")};
    ASSERT_TRUE(tuner.set("a", 1));
    ASSERT_TRUE(other.set("b", 1));
    ASSERT_TRUE(tuner.set("c", 1));

    EXPECT_EQ(tuner.undo(client::UndoOrder{3}.burst()).value().undone, 2U);

    EXPECT_EQ(tuner.document().value(), Json({{"b", 1}}));
}

TEST_F(ClientTest, AnUndoLeavesWhatWasChangedAgainUnlessForced) {
    boot();
    auto client = device().client();
    ASSERT_TRUE(client.set("theme", "dark"));
    ASSERT_TRUE(client.set("theme", "light"));

    auto const refused = client.undo(1);
    EXPECT_EQ(refused.error().code(), Errc::conflict);
    EXPECT_THAT(refused.error().message(), HasSubstr("theme"));
    EXPECT_EQ(client.undo(9).error().code(), Errc::not_found);

    EXPECT_EQ(client.undo(client::UndoOrder{1}.force()).value().revision, 3);
    EXPECT_THAT(client.document().value(), IsEmpty());
}

TEST_F(ClientTest, AReceiptComesOnceTheServerHasTheEdit) {
    boot();
    auto client = device().client();

    auto const written = client.patch({{"theme", "light"}}, 60s).value();
    EXPECT_TRUE(written.synced) << written.reason;
    EXPECT_EQ(written.revision, 1);
    EXPECT_EQ(server->document(), Json({{"theme", "light"}}));

    auto const undone = client.undo(client::UndoOrder{1}.wait(60s)).value();
    EXPECT_TRUE(undone.synced) << undone.reason;
    EXPECT_THAT(server->document(), IsEmpty());
}

TEST_F(ClientTest, AReceiptSaysWhyTheServerDoesNotHaveTheEdit) {
    boot();
    auto client = device().client();
    ASSERT_TRUE(client.pause());

    auto const tag = client.snapshot().value().tag;

    auto const receipt =
        client.patch({{"theme", "light"}}, client::WriteOptions{60s}.only_if(tag)).value();

    EXPECT_FALSE(receipt.synced);
    EXPECT_THAT(receipt.reason, HasSubstr("paused"));
    EXPECT_EQ(receipt.tag, client.snapshot().value().tag);
    EXPECT_EQ(client.erase({"theme"}, client::WriteOptions{1s}.only_if(tag)).error().code(),
              Errc::stale);
}

}  // namespace
}  // namespace settings::system_test
