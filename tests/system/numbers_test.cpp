// Numbers that a double does not hold: kept exactly, or refused in plain words.

#include <cstdint>

#include "tests/system/support/raw_connection.h"
#include "tests/system/support/raw_service.h"
#include "tests/system/support/system_test.h"

namespace settings::system_test {
namespace {

using testing::HasSubstr;

using NumbersTest = SystemTest;

std::string put(Daemon const& device, std::string const& body) {
    return exchange(device.socket(), request("PUT", "/settings/user", body));
}

std::string text_of(Json const& document) { return document.dump(); }

TEST_F(NumbersTest, AnIntegerIsNotTakenForAnotherOne) {
    boot();
    for (std::string const value :
         {"-1", "18446744073709551615", "9007199254740992", "9007199254740993",
          "-9223372036854775808", "9223372036854775808", "9223372036854775807"}) {
        put(device(), R"({"x":)" + value + "}");

        EXPECT_EQ(text_of(device().document()), R"({"x":)" + value + "}");
        expect_eventually([&] { return text_of(server->document()); }, R"({"x":)" + value + "}");
    }
}

TEST_F(NumbersTest, WhatWouldBecomeAnotherNumberIsRefusedAndNothingIsChanged) {
    boot();
    patch(device(), {{"x", 1}});
    for (std::string const value : {"-237462374673276894279832749832423479823246327846",
                                    "18446744073709551617", "9007199254740993.0", "[[1e-400]]"}) {
        auto const answered = put(device(), R"({"y":2,"x":)" + value + "}");

        EXPECT_THAT(answered, HasSubstr("HTTP/1.1 400 "));
        EXPECT_THAT(answered, HasSubstr("write it as a string"));
    }
    EXPECT_EQ(device().document(), Json({{"x", 1}}));
}

/// As JavaScript writes an integer: through a double, in the fewest digits that name it.
void round_as_javascript(Json& value) {
    static std::map<std::string, std::string> const rounded{
        {"9007199254740993", "9007199254740992"},
        {"12345678901234567891", "12345678901234567000"},
        {"18446744073709551615", "18446744073709552000"}};
    if (value.is_structured())
        for (auto& inner : value) round_as_javascript(inner);
    else if (auto const known = rounded.find(value.dump()); known != rounded.end())
        value = Json::parse(known->second);
}

TEST_F(NumbersTest, WhatAServerRoundsStaysOursAndIsSentOnce) {
    serve();
    RawService service{server->ca().parent_path(), [](RawCall const& call) {
                           auto answer = call.healthy();
                           round_as_javascript(call.document);
                           return answer;
                       }};
    make_device("a",
                {{"server.url", quoted(service.url())}, {"server.ca_file", quoted(service.ca())}})
        .start();
    std::string const ours =
        R"({"big":9007199254740993,"o":{"list":[12345678901234567891],"n":18446744073709551615}})";

    put(device(), ours);
    expect_sync(device());
    expect_sync(device());
    expect_sync(device());

    EXPECT_EQ(text_of(device().document()), ours);
    auto const methods = service.methods();
    EXPECT_EQ(methods.find("PUT"), methods.rfind("PUT")) << methods;
    expect_no_conflict(device());

    auto changed = service.document();
    changed["big"] = std::int64_t{9007199254740994};
    service.set_document(changed);
    expect_sync(device());
    EXPECT_EQ(device().document().at("big"), Json(std::int64_t{9007199254740994}));
    EXPECT_EQ(device().document().at("o").dump(), Json::parse(ours).at("o").dump());
}

}  // namespace
}  // namespace settings::system_test
