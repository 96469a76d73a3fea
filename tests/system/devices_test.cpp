// Changes from elsewhere: the server's document, and a second device.

#include <map>
#include <random>
#include <set>
#include <thread>

#include "tests/system/support/system_test.h"

namespace settings::system_test {
namespace {

using testing::Ge;
using testing::HasSubstr;
using testing::IsEmpty;

class DevicesTest : public SystemTest {
  protected:
    /// Two devices in step with a server that has `document` and is never behind. They sync only
    /// when told to: the service has no conditional write, so two rounds at once may undo one
    /// another.
    void boot_two(Json const& document, std::string const& debounce = "600") {
        serve();
        server->set_document(document);
        for (auto const* name : {"a", "b"}) {
            auto& made = make_device(name, {{"sync.debounce_seconds", debounce},
                                            {"sync.debounce_cap_seconds", debounce},
                                            {"server.lag_seconds", "0.01"}});
            made.start();
            expect_sync(made);
        }
        EXPECT_EQ(device().document(), document);
        EXPECT_EQ(second().document(), document);
    }

    Daemon& second() { return devices.back(); }

    static Json conflicts(Daemon const& device) {
        return ask(device, "GET", "/v1/conflicts").at("conflicts");
    }

    std::vector<std::pair<int, int>> pairs;  ///< values of one leaf that met

    /// Lets both see what the other did; expects all three to hold `document`.
    void expect_everywhere(Json const& document) {
        for (auto* each : {&device(), &second(), &device()}) expect_sync(*each);
        EXPECT_EQ(device().document(), document);
        EXPECT_EQ(second().document(), document);
        EXPECT_EQ(server->document(), document);
    }
};

TEST_F(DevicesTest, ChangesOnTheServerArriveAndAreNotSentBack) {
    boot({}, {{"server.lag_seconds", "0.01"}});
    patch(device(), {{"theme", "light"}, {"font", 10}});
    expect_sync(device());
    expect_sync(device());  // which sees what was accepted
    server->forget_requests();
    Json const document{{"theme", "dark"}, {"sound", {{"on", true}}}};

    server->set_document(document);
    expect_sync(device());

    EXPECT_EQ(device().document(), document);
    EXPECT_EQ(device().status().revision, 2);
    expect_sync(device());
    EXPECT_THAT(server->writes(), IsEmpty());
    EXPECT_EQ(server->document(), document);
}

TEST_F(DevicesTest, ADeviceThatHasSentNothingLooksForChangesEachHalfHour) {
    boot();

    auto const next = device().status().next_attempt;
    ASSERT_TRUE(next);
    EXPECT_THAT(next->in, Ge(std::chrono::minutes{20}));
    EXPECT_THAT(next->reason, HasSubstr("other devices"));
}

TEST_F(DevicesTest, ANewDeviceTakesOverTheDocument) {
    Json const document{{"theme", "dark"}, {"a.b", {{"c", nullptr}}}, {"list", {1, "two"}}};

    boot_two(document);

    EXPECT_THAT(server->writes(), IsEmpty());
}

TEST_F(DevicesTest, EditsOfDifferentSettingsAreAllKept) {
    boot_two({{"theme", "light"}, {"panel", {{"size", 1}, {"side", "left"}}}});

    patch(device(), {{"panel", {{"size", 2}}}, {"only-a", true}});
    patch(second(), {{"panel", {{"side", "right"}}}, {"theme", "dark"}});

    expect_everywhere(
        {{"theme", "dark"}, {"panel", {{"size", 2}, {"side", "right"}}}, {"only-a", true}});
    expect_no_conflict(device());
    expect_no_conflict(second());
}

TEST_F(DevicesTest, EditsOfTheSameSettingEndAlikeAndOnlyThatIsAConflict) {
    boot_two(Json::object());

    patch(device(), {{"panel", {{"size", 1}, {"side", "left"}}}});
    patch(second(), {{"panel", {{"size", 2}, {"style", "flat"}}}});
    expect_sync(device());
    expect_sync(second());

    // The edit that was not yet sent wins; the rest of the same object is merged.
    expect_everywhere({{"panel", {{"size", 2}, {"side", "left"}, {"style", "flat"}}}});
    EXPECT_THAT(second().log(), HasSubstr("panel.size was changed here and on the server"));
    expect_no_conflict(device());
}

TEST_F(DevicesTest, DevicesThatRaceEndAlike) {
    boot_two({{"panel", {{"size", 0}, {"side", "left"}}}}, "0.01");

    std::thread other{[this] {
        for (int edit = 0; edit < 100; ++edit)
            patch(second(), {{"panel", {{"size", -edit}, {"b", edit}}}, {"only-b", edit}});
    }};
    for (int edit = 0; edit < 100; ++edit)
        patch(device(), {{"panel", {{"size", edit}, {"a", edit}}}, {"only-a", edit}});
    other.join();
    // Each repairs once what the other trod on, and then has to see what the other repaired. A look
    // right after a value was accepted may not show it yet.
    auto const settle = [](Daemon& each) {
        eventually("all is at the server", [&] { return each.client().sync(patience)->synced; });
        expect_rest(each);
    };
    for (int look = 0; look < 3; ++look)
        for (auto* each : {&device(), &second()}) settle(*each);

    auto const document = server->document();
    EXPECT_EQ(device().document(), document);
    EXPECT_EQ(second().document(), document);
    EXPECT_EQ(document.at("only-a"), 99);
    EXPECT_EQ(document.at("only-b"), 99);
}

TEST_F(DevicesTest, ARemovalHereAndAnEditThereEndAlike) {
    boot_two({{"theme", "light"}, {"panel", {{"size", 1}, {"side", "left"}}}});

    EXPECT_TRUE(device().client().erase({"theme", "panel.size"}));
    expect_sync(device());
    patch(second(), {{"panel", {{"side", "right"}}}});

    expect_everywhere({{"panel", {{"side", "right"}}}});
}

TEST_F(DevicesTest, WhatLosesIsKeptWithBothSidesAndCanBeRestored) {
    boot_two({{"panel", {{"size", 0}, {"side", "left"}}}});

    patch(device(), {{"panel", {{"size", 1}}}});
    patch(second(), {{"panel", {{"size", 2}}}});
    expect_everywhere({{"panel", {{"size", 2}, {"side", "left"}}}});

    EXPECT_THAT(conflicts(device()), IsEmpty());
    auto const kept = conflicts(second());
    ASSERT_EQ(kept.size(), 1U);
    EXPECT_EQ(kept[0].at("path"), "panel.size");
    EXPECT_EQ(kept[0].at("base"), 0);
    EXPECT_EQ(kept[0].at("ours"), 2);
    EXPECT_EQ(kept[0].at("theirs"), 1);
    EXPECT_EQ(kept[0].at("kept"), "ours");

    ask(second(), "POST", "/v1/conflicts", {{"action", "restore"}, {"id", kept[0].at("id")}});
    expect_everywhere({{"panel", {{"size", 1}, {"side", "left"}}}});
    EXPECT_THAT(conflicts(second()), IsEmpty());
}

/// Both edit the same twelve leaves while they do not see one another, round after round. No value
/// is made twice, so each can be followed.
TEST_F(DevicesTest, WhateverLosesInManyRoundsCanBeFoundAndAllEndAlike) {
    auto const seed = std::random_device{}();
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 random{seed};
    auto const below = [&random](int bound) {
        return std::uniform_int_distribution{0, bound - 1}(random);
    };
    boot_two({{"p0", {{"l0", 0}}}});
    std::set<int> lost;

    for (int round = 0, value = 1; round < 12; ++round) {
        std::map<std::string, int> edited;
        for (auto* each : {&device(), &second()}) {
            std::map<std::string, int> own;
            for (int edits = below(6); edits > 0; --edits, ++value) {
                auto const object = "p" + std::to_string(below(3));
                auto const leaf = "l" + std::to_string(below(4));
                patch(*each, {{object, {{leaf, value}}}});
                own[object + '.' + leaf] = value;
            }
            // One of the two values of a leaf has to give way to the other.
            for (auto const& [leaf, newest] : own)
                if (auto const [other, is_first] = edited.emplace(leaf, newest); !is_first)
                    pairs.emplace_back(other->second, newest);
        }
        if (below(3) == 0) {
            second().kill();
            second().start();
            // It syncs at once. Rounds of two devices at one time may undo one another unseen.
            expect_sync(second());
        }
        bool const turned = below(2) == 0;
        expect_sync(turned ? second() : device());
        expect_sync(turned ? device() : second());
        expect_sync(turned ? second() : device());
        ASSERT_EQ(device().document(), second().document()) << "round " << round;
        ASSERT_EQ(server->document(), device().document()) << "round " << round;
    }

    for (auto* each : {&device(), &second()})
        for (auto const& conflict : conflicts(*each))
            lost.insert(conflict.at(conflict.at("kept") == "ours" ? "theirs" : "ours").get<int>());
    for (auto const& [first, other] : pairs)
        EXPECT_TRUE(lost.contains(first) != lost.contains(other))
            << "of " << first << " and " << other << " one is lost and is kept";
}

TEST_F(DevicesTest, ADeviceThatWasAwayCatchesUpAndAddsItsOwn) {
    boot_two({{"theme", "light"}});
    second().kill();
    for (int edit = 0; edit < 50; ++edit) patch(device(), {{"count", edit}, {"theme", "dark"}});
    expect_sync(device());

    second().start();
    patch(second(), {{"late", true}});

    expect_everywhere({{"theme", "dark"}, {"count", 49}, {"late", true}});
    expect_no_conflict(second());
}

}  // namespace
}  // namespace settings::system_test
