// A document of the server that would do away with most of ours waits for a person.

#include "tests/system/support/system_test.h"

namespace settings::system_test {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Values;

constexpr int keys = 20;

struct Change {
    char const* name;
    int kept;  ///< so many of the 20 keys; the others go
    char const* sentence;
};

void PrintTo(Change const& change, std::ostream* stream) { *stream << change.name; }

Json some(int count) {
    Json document = Json::object();
    for (int number = 0; number < count; ++number) document["k" + std::to_string(number)] = number;
    return document;
}

class ReviewTest : public SystemTest, public testing::WithParamInterface<Change> {
  protected:
    /// A device in step, whose server then changes its mind, and which has looked at that.
    void SetUp() override {
        boot({}, {{"server.lag_seconds", "0.01"}});
        patch(device(), some(keys));
        expect_sync(device());
        expect_sync(device());  // which sees what was accepted
        server->set_document(remains);
        server->forget_requests();
        EXPECT_FALSE(device().client().sync(patience)->synced);
    }

    void decide(char const* action) {
        EXPECT_EQ(ask(device(), "POST", "/v1/review", {{"action", action}}).at("success"), true);
        expect_eventually([&] { return device().status().state; }, "idle");
    }

    /// Without the number that the server is known to hold, which grows with what is sent.
    static std::string removals() {
        std::string const sentence = GetParam().sentence;
        return sentence.substr(0, sentence.find(" of the"));
    }

    Json remains = some(GetParam().kept);
};

INSTANTIATE_TEST_SUITE_P(
    Server, ReviewTest,
    Values(Change{"ThatIsEmpty", 0, "would change 0 and remove 20 of the 20 settings"},
           Change{"ThatIsHalved", 9, "would change 0 and remove 11 of the 20 settings"}),
    [](auto const& change) { return change.param.name; });

TEST_P(ReviewTest, ADocumentIsHeldAndWhatItDoesNotTouchIsSent) {
    EXPECT_EQ(device().status().state, "held");
    EXPECT_THAT(device().status().summary, HasSubstr(GetParam().sentence));

    patch(device(), {{"theme", "light"}, {"k19", "here"}});
    expect_eventually([&] { return server->document().value("theme", ""); }, "light");
    EXPECT_FALSE(device().client().sync(patience)->synced);
    device().kill();
    device().start();
    EXPECT_FALSE(device().client().sync(patience)->synced);

    EXPECT_THAT(device().status().summary, HasSubstr(removals()));
    auto ours = some(keys);
    ours.update({{"theme", "light"}, {"k19", "here"}});
    EXPECT_EQ(device().document(), ours);
    remains["theme"] = "light";
    EXPECT_EQ(server->document(), remains);
}

/// A look is no reason to say it again.
TEST_P(ReviewTest, APersonIsToldOnce) {
    EXPECT_FALSE(device().client().sync(patience)->synced);
    EXPECT_FALSE(device().client().sync(patience)->synced);

    auto const log = device().log();
    auto const first = log.find("before a person decides");
    ASSERT_NE(first, std::string::npos) << log;
    EXPECT_EQ(log.find("before a person decides", first + 1), std::string::npos) << log;
}

TEST_P(ReviewTest, ADocumentThatIsAppliedIsTakenOver) {
    decide("apply");

    EXPECT_EQ(device().document(), remains);
    EXPECT_EQ(server->document(), remains);
    EXPECT_THAT(server->writes(), IsEmpty());
}

TEST_P(ReviewTest, ADocumentThatIsRefusedIsReplacedByOurs) {
    decide("refuse");

    EXPECT_EQ(device().document(), some(keys));
    EXPECT_EQ(server->document(), some(keys));
}

// By setting ------------------------------------------------------------------------------------

/// A device in step, whose server has then lost everything but a changed "theme", and which has
/// looked at that.
class BySettingTest : public SystemTest {
  protected:
    void SetUp() override {
        boot({}, {{"server.lag_seconds", "0.01"}});
        patch(device(), before);
        expect_sync(device());
        expect_sync(device());  // which sees what was accepted
        server->set_document({{"theme", "light"}});
        EXPECT_FALSE(device().client().sync(patience)->synced);
    }

    std::vector<std::string> held() {
        auto const review = device().client().review().value();
        return review ? review->keys : std::vector<std::string>{};
    }

    Json const before{{"theme", "dark"},
                      {"font", {{"size", 14}, {"bold", true}}},
                      {"a.b", 1},
                      {"größe", 2},
                      {"", 3}};
};

TEST_F(BySettingTest, WhatIsNamedIsDecidedAndTheRestStaysHeld) {
    EXPECT_THAT(ctl({"review"}).output, HasSubstr("theme"));
    EXPECT_THAT(ctl({"review", "apply", "font"}).output, HasSubstr("still held: /, /a.b, größe"));
    EXPECT_EQ(device().document(), (Json{{"theme", "dark"}, {"a.b", 1}, {"größe", 2}, {"", 3}}));

    ctl({"review", "refuse", "a.b"});

    expect_eventually([&] { return server->document(); }, Json({{"theme", "light"}, {"a.b", 1}}));
    EXPECT_EQ(held(), (std::vector<std::string>{"", "größe", "theme"}));
    expect_eventually([&] { return device().status().state; }, "held");
    EXPECT_EQ(device().document().at("theme"), "dark");
}

TEST_F(BySettingTest, TheHoldEndsWhenNothingIsLeftThatWouldGo) {
    ctl({"review", "refuse", "font", "größe"});
    ctl({"review", "apply", "a.b"});
    EXPECT_THAT(ctl({"review", "apply", ""}).output, HasSubstr("nothing is held any more"));

    Json const both{{"theme", "light"}, {"font", before.at("font")}, {"größe", 2}};
    expect_eventually([&] { return server->document(); }, both);
    expect_sync(device());
    EXPECT_EQ(device().document(), both);
    EXPECT_EQ(ctl({"review"}).output, "nothing is held for review\n");
}

/// Also in the time in which no look has been made.
TEST_F(BySettingTest, ADecisionOutlivesAPowerCutAndSoDoesTheHoldOfTheRest) {
    server->set_online(false);
    ctl({"review", "apply", "font", "a.b", "größe"});
    device().kill();
    server->set_online(true);
    device().start();
    EXPECT_FALSE(device().client().sync(patience)->synced);

    EXPECT_EQ(held(), (std::vector<std::string>{"", "theme"}));
    EXPECT_EQ(device().document(), (Json{{"theme", "dark"}, {"", 3}}));
    ctl({"review", "refuse", ""});
    device().kill();
    device().start();
    expect_sync(device());
    EXPECT_EQ(device().document(), (Json{{"theme", "light"}, {"", 3}}));
    EXPECT_EQ(server->document(), device().document());
}

TEST_F(BySettingTest, AnEditOfASettingThatIsAppliedIsAConflict) {
    ctl({"set", "font.size=20", "theme=blue"});

    ctl({"review", "apply", "font", "theme"});

    EXPECT_FALSE(device().document().contains("font"));
    EXPECT_EQ(device().document().at("theme"), "light");
    auto const told = ctl({"conflicts"}).output;
    EXPECT_THAT(told, HasSubstr("font.size"));
    EXPECT_THAT(told, HasSubstr("\"blue\""));
    EXPECT_EQ(device().status().pending, 0U);
}

TEST_F(BySettingTest, WhatTheServerWritesAtEachLookMakesNoOtherDocumentOfIt) {
    auto const tag = device().client().review().value()->tag;
    server->set_document({{"theme", "blue"}, {"seen", 7}});
    EXPECT_FALSE(device().client().sync(patience)->synced);

    ctl({"review", "apply", "--shown", tag});

    expect_eventually([&] { return device().document(); }, Json{{"theme", "blue"}, {"seen", 7}});
}

TEST_F(BySettingTest, ADecisionOnADocumentThatIsNoLongerHeldIsNone) {
    auto const tag = device().client().review().value()->tag;
    server->set_document({{"theme", "blue"}, {"a.b", 1}});
    EXPECT_FALSE(device().client().sync(patience)->synced);
    expect_eventually([&] { return device().client().review().value()->tag != tag; }, true);

    auto const refused = ctl({"review", "apply", "theme", "--shown", tag}, 1);

    EXPECT_THAT(refused.errors, HasSubstr("another document is held by now"));
    EXPECT_THAT(refused.output, HasSubstr("\"blue\""));
    EXPECT_EQ(device().document(), before);
    ctl({"review", "apply", "theme", "--shown", device().client().review().value()->tag});
    EXPECT_EQ(device().document().at("theme"), "blue");
}

TEST_F(BySettingTest, AWrongNameIsToldAndDecidesNothing) {
    EXPECT_THAT(ctl({"review", "apply", "a.b", "fontt"}, 1).errors,
                HasSubstr(R"("fontt" is none of the settings that wait for a decision; did you )"
                          R"(mean "font"?)"));
    EXPECT_THAT(ctl({"review", "apply", "a.b", "font.size"}, 1).errors,
                HasSubstr(R"("font.size" is inside "font", which is decided as a whole)"));

    EXPECT_EQ(device().document(), before);
    EXPECT_EQ(held().size(), before.size());
}

TEST_F(BySettingTest, TheShellsAreOfferedWhatIsHeld) {
    EXPECT_EQ(ctl({"complete", "--", "review", "apply", "f"}).output, "font\n");
    EXPECT_EQ(ctl({"complete", "--", "review", "refuse", "font", "a"}).output, "a.b\n");
}

struct Emptied {
    char const* name;
    Json value;  ///< in the place of an object with most of the settings
};

void PrintTo(Emptied const& emptied, std::ostream* stream) { *stream << emptied.name; }

class EmptiedTest : public SystemTest, public testing::WithParamInterface<Emptied> {
  protected:
    Json const before{{"all", some(keys)}, {"theme", "dark"}};
};

INSTANTIATE_TEST_SUITE_P(Server, EmptiedTest,
                         Values(Emptied{"ByNoMembers", Json::object()}, Emptied{"ByNull", nullptr},
                                Emptied{"ByAList", Json::array()}),
                         [](auto const& emptied) { return emptied.param.name; });

/// Settings are counted, and not the names at the top.
TEST_P(EmptiedTest, AnObjectIsAsManyRemovalsAsItHadSettings) {
    boot({}, {{"server.lag_seconds", "0.01"}});
    server->set_document(before);
    expect_sync(device());
    ASSERT_EQ(device().document(), before);

    server->set_document({{"all", GetParam().value}, {"theme", "light"}});
    EXPECT_FALSE(device().client().sync(patience)->synced);

    EXPECT_EQ(device().status().state, "held");
    EXPECT_EQ(device().document(), before);
}

class UnaskedTest : public SystemTest {
  protected:
    void boot_with(Json const& document, Daemon::Settings settings = {}) {
        settings["server.lag_seconds"] = "0.01";
        boot({}, settings);
        patch(device(), document);
        expect_sync(device());
        expect_sync(device());  // which sees what was accepted
    }
};

/// Ordinary life: another device changed most, and removed one, while this one had an edit.
TEST_F(UnaskedTest, ChangesAreTakenOverHoweverMany) {
    boot_with(some(34));
    ASSERT_TRUE(device().client().pause());
    patch(device(), {{"k33", "here"}});
    auto there = some(34);
    for (int number = 0; number < 21; ++number) there["k" + std::to_string(number)] = "there";
    there.erase("k30");
    server->set_document(there);
    ASSERT_TRUE(device().client().resume());

    expect_sync(device());

    there["k33"] = "here";
    EXPECT_EQ(device().document(), there);
    EXPECT_EQ(server->document(), there);
}

TEST_F(UnaskedTest, AMachineWithoutPeopleTakesOverRemovalsToo) {
    boot_with(some(keys), {{"sync.review", quoted("apply")}});

    server->set_document(some(1));
    expect_sync(device());

    EXPECT_EQ(device().document(), some(1));
}

}  // namespace
}  // namespace settings::system_test
