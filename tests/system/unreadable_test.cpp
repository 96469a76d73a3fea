// One value of the account that cannot be read here: it is left alone and told, and all else syncs
// both ways.

#include "tests/support/programs.h"
#include "tests/system/support/raw_service.h"
#include "tests/system/support/system_test.h"

namespace settings::system_test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::Values;

struct Odd {
    char const* name;
    std::string member;  ///< of the settings, as another client of the account wrote it
    char const* why;
};

void PrintTo(Odd const& odd, std::ostream* stream) { *stream << odd.name; }

std::string many(std::string const& text, int times) {
    std::string all;
    for (int n = 0; n < times; ++n) all += text;
    return all;
}

/// A device at a service whose document has one odd member beside what the device brings.
class UnreadableTest : public SystemTest {
  protected:
    void boot_beside(std::string odd) {
        serve();
        service.emplace(server->ca().parent_path(), [odd](RawCall const& call) {
            if (call.method != "GET") return call.healthy();
            auto settings = call.document.dump();
            settings.insert(1, odd + (call.document.empty() ? "" : ","));
            return response(200, R"({"success":true,"settings":)" + settings + "}");
        });
        make_device("a", {{"server.url", quoted(service->url())},
                          {"server.ca_file", quoted(service->ca())}})
            .start();
    }

    std::optional<RawService> service;
};

class OddValueTest : public UnreadableTest, public testing::WithParamInterface<Odd> {};

INSTANTIATE_TEST_SUITE_P(
    Account, OddValueTest,
    Values(Odd{"HalfAnEmoji", R"("bio":"\ud83d")", "surrogate"},
           Odd{"HalfAnEmojiDeepInside", R"("bio":{"a":[{"b":"\ude00 x"}],"c":1})", "surrogate"},
           Odd{"AMemberNamedByHalfAnEmoji", R"("bio":{"\ud83d":1})", "surrogate"},
           Odd{"BytesThatAreNoUtf8", "\"bio\":\"\xff\xfe\"", "UTF-8"},
           Odd{"NumberBeyondADouble", R"("bio":[1e999])", "number"},
           Odd{"NoNumber", R"("bio":NaN)", "invalid literal"},
           Odd{"NameTwiceInside", R"("bio":{"a":1,"a":2})", "stands twice"},
           Odd{"NameTwice", R"("bio":1,"bio":2)", "stands twice"},
           Odd{"TooDeep", "\"bio\":" + many("[", 600) + many("]", 600), "nested deeper"}),
    [](auto const& odd) { return odd.param.name; });

TEST_P(OddValueTest, IsLeftAloneAndToldAndAllElseSyncsBothWays) {
    boot_beside(GetParam().member);
    expect_rest(device());
    service->set_document({{"theme", "light"}});

    patch(device(), {{"volume", 3}});
    expect_eventually([&] { return service->document(); },
                      Json({{"theme", "light"}, {"volume", 3}}));
    expect_eventually([&] { return device().document(); },
                      Json({{"theme", "light"}, {"volume", 3}}));

    auto const told = ask(device(), "GET", "/v1/explain?path=bio");
    EXPECT_EQ(told.at("state"), "unreadable");
    EXPECT_THAT(told.at("because").dump(), HasSubstr(GetParam().why));
    EXPECT_THAT(device().status().summary, HasSubstr("\"bio\" cannot be read"));
    EXPECT_THAT(ctl({"explain", "bio"}).output, HasSubstr("cannot be read"));
    EXPECT_FALSE(service->document().contains("bio"));
}

TEST_P(OddValueTest, IsNotTouchedByAnEditHereEither) {
    boot_beside(GetParam().member);
    expect_rest(device());

    patch(device(), {{"bio", "mine"}, {"volume", 3}});
    expect_eventually([&] { return service->document(); }, Json{{"volume", 3}});
    device().client().sync(patience).value();
    ask(device(), "DELETE", "/settings/user", {{"keys", {"bio"}}});
    patch(device(), {{"volume", 4}});
    expect_eventually([&] { return service->document(); }, Json{{"volume", 4}});

    EXPECT_THAT(service->methods(), Not(HasSubstr("DELETE")));
    EXPECT_EQ(device().document(), Json({{"volume", 4}}));
}

TEST_F(UnreadableTest, AnEditOfItIsKeptAndSaysWhyItDoesNotSync) {
    boot_beside(R"("bio":"\ud83d")");
    expect_rest(device());

    patch(device(), {{"bio", "mine"}});
    auto const outcome = device().client().sync(patience).value();

    EXPECT_FALSE(outcome.synced);
    EXPECT_THAT(outcome.reason, HasSubstr("\"bio\" cannot be read"));
    auto const told = ask(device(), "GET", "/v1/explain?path=bio");
    EXPECT_EQ(told.at("state"), "unreadable");
    EXPECT_THAT(told.at("because").dump(), HasSubstr("is not sent"));
    EXPECT_EQ(device().document(), Json({{"bio", "mine"}}));
    auto const status = device().status();
    EXPECT_EQ(status.state, "held");
    EXPECT_EQ(status.pending, 1U);
    EXPECT_EQ(status.pending_keys, std::vector<std::string>{"bio"});
    EXPECT_THAT(status.summary, HasSubstr("1 key edited here is not sent"));
}

TEST_F(UnreadableTest, WhatWasEditedHereIsNamedBeforeTheRest) {
    boot_beside(R"("avatar":"\ud83d","bio":"\ud83d")");
    expect_rest(device());

    patch(device(), {{"bio", "mine"}});
    device().client().sync(patience).value();

    EXPECT_THAT(device().status().summary, HasSubstr("\"bio\" and 1 key more cannot be read"));
    EXPECT_THAT(ctl({"status"}).output, HasSubstr("bio"));
}

TEST_F(UnreadableTest, OnceItCanBeReadItSyncsAgain) {
    boot_beside(R"("bio":"\ud83d")");
    expect_rest(device());
    patch(device(), {{"bio", "mine"}});
    device().client().sync(patience).value();
    device().kill();
    device().start();
    device().client().sync(patience).value();
    EXPECT_FALSE(service->document().contains("bio"));

    service->follow([](RawCall const& call) { return call.healthy(); });

    expect_sync(device());
    EXPECT_EQ(service->document(), Json({{"bio", "mine"}}));
    EXPECT_EQ(ask(device(), "GET", "/v1/explain?path=bio").at("state"), "synced");
}

TEST_F(UnreadableTest, WhatWasHereStaysWhenItCannotBeReadAnyMore) {
    boot_beside(R"("other":1)");
    patch(device(), {{"bio", "mine"}, {"theme", "light"}});
    expect_sync(device());

    service->follow([](RawCall const& call) {
        if (call.method != "GET") return call.healthy();
        return response(200,
                        R"({"success":true,"settings":{"bio":"\ud83d","theme":"dark","other":1}})");
    });
    device().client().sync(patience).value();

    EXPECT_EQ(device().document(), Json({{"bio", "mine"}, {"theme", "dark"}, {"other", 1}}));
    EXPECT_THAT(service->methods(), Not(HasSubstr("DELETE")));
}

TEST_F(UnreadableTest, ADocumentWithoutEndsIsNoDocument) {
    boot_beside(R"("bio":"mine)");

    patch(device(), {{"theme", "light"}});

    expect_eventually([&] { return service->methods(); }, HasSubstr("GET GET GET"));
    EXPECT_THAT(service->methods(), Not(HasSubstr("PUT")));
    EXPECT_THAT(device().status().last_error->message, HasSubstr("cannot be read"));
}

TEST_F(UnreadableTest, TheDoctorNamesIt) {
    boot_beside(R"("bio":"\ud83d")");
    expect_rest(device());

    std::vector<std::string> const words{program("settingsctl"), "--socket", device().socket(),
                                         "doctor"};
    EXPECT_THAT(run(words, folder.path()).output,
                AllOf(HasSubstr("\"bio\" cannot be read"), HasSubstr("settingsctl explain bio")));
}

}  // namespace
}  // namespace settings::system_test
