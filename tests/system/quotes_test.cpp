// What the server says ends up in log, status and store: never with a secret in it, never much.

#include "tests/system/support/raw_service.h"
#include "tests/system/support/system_test.h"

namespace settings::system_test {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Lt;
using testing::SizeIs;
using testing::Values;

/// The token that a request came with.
std::string token_of(RawCall const& call) {
    std::string const field = "Authorization: Bearer ";
    auto const begin = call.head.find(field) + field.size();
    return call.head.substr(begin, call.head.find("\r\n", begin) - begin);
}

std::string folded(std::string const& text) {
    std::string lines;
    for (std::size_t at = 0; at < text.size(); at += 7) lines += text.substr(at, 7) + "\r\n ";
    return lines;
}

std::string escaped(std::string const& text) {
    std::string percent;
    for (char const c : text) {
        percent += '%';
        percent += "0123456789ABCDEF"[c >> 4];
        percent += "0123456789ABCDEF"[c & 15];
    }
    return percent;
}

std::string refusal(std::string const& message) {
    return response(400, Json{{"success", false}, {"message", message}}.dump());
}

struct Indiscretion {
    char const* name;
    std::string (*answer)(RawCall const&);
};

void PrintTo(Indiscretion const& indiscretion, std::ostream* stream) {
    *stream << indiscretion.name;
}

class QuotesTest : public SystemTest {
  protected:
    /// A device at a service that answers writes so.
    void boot_at(std::string (*answer)(RawCall const&)) {
        serve();
        service.emplace(server->ca().parent_path(), [answer](RawCall const& call) {
            return call.method == "GET" ? call.healthy() : answer(call);
        });
        make_device("a", {{"server.url", quoted(service->url())},
                          {"server.ca_file", quoted(service->ca())}})
            .start();
        expect_rest(device());
    }

    /// Parts of the token, each long enough to be of use, that stand anywhere.
    std::vector<std::string> parts_told() {
        std::vector<std::string> told;
        auto const& token = device().tokens().front();
        for (std::size_t at = 0; at < token.size(); at += 8)
            if (auto const part = token.substr(at, 12); !device().places_of(part).empty())
                told.push_back(part);
        return told;
    }

    std::optional<RawService> service;
};

class IndiscretionTest : public QuotesTest, public testing::WithParamInterface<Indiscretion> {};

INSTANTIATE_TEST_SUITE_P(
    Server, IndiscretionTest,
    Values(Indiscretion{"WhereItIsCut",
                        [](RawCall const& call) {
                            return refusal(std::string(120, '.') + " Bearer " + token_of(call));
                        }},
           Indiscretion{
               "CutByTheServer",
               [](RawCall const& call) { return refusal("bad: " + token_of(call).substr(0, 90)); }},
           Indiscretion{
               "InLines",
               [](RawCall const& call) { return refusal("bad: " + folded(token_of(call))); }},
           Indiscretion{
               "InPercent",
               [](RawCall const& call) { return refusal("bad: " + escaped(token_of(call))); }},
           Indiscretion{"InAnAnswerThatCannotBeRead",
                        [](RawCall const& call) {
                            return response(200, R"({"success":true,"message":")" + token_of(call));
                        }},
           Indiscretion{"InTheNameOfAMember",
                        [](RawCall const& call) {
                            auto const member = '"' + token_of(call) + "\":1";
                            return response(200, '{' + member + ',' + member + '}');
                        }},
           Indiscretion{"InTheFieldsOfARedirect",
                        [](RawCall const& call) {
                            return response(307, "",
                                            "Location: https://portal.example/" + token_of(call) +
                                                "/" + escaped(token_of(call)) + "\r\n");
                        }}),
    [](auto const& indiscretion) { return indiscretion.param.name; });

TEST_P(IndiscretionTest, IsNotPassedOn) {
    boot_at(GetParam().answer);

    patch(device(), {{"theme", "dark"}});
    expect_eventually([&] { return service->methods(); }, HasSubstr("PUT GET PUT"));
    expect_eventually([&] { return device().status().last_error.has_value(); }, true);

    EXPECT_THAT(parts_told(), IsEmpty());
}

TEST_F(QuotesTest, ARefusedValueIsSetAsideWithoutTheToken) {
    boot_at([](RawCall const& call) {
        auto const is_refused = call.method == "PUT" && call.body != "{}";
        return is_refused ? refusal(std::string(120, '.') + " Bearer " + token_of(call))
                          : call.healthy();
    });

    patch(device(), {{"theme", "dark"}});
    expect_eventually([&] { return device().status().rejected; }, SizeIs(1));

    EXPECT_EQ(device().status().rejected[0].message, std::string(120, '.') + " Bearer [secret]");
    EXPECT_THAT(parts_told(), IsEmpty());
}

TEST_F(QuotesTest, LittleIsPassedOnHoweverMuchIsSaid) {
    boot_at([](RawCall const& call) {
        std::string const much(8 << 20, 'x');
        switch (call.number % 4) {
            case 0: return response(200, R"({"success":true,"message":")" + much);
            case 1: return response(200, "{\"" + much + "\":1,\"" + much + "\":2}");
            case 2: return response(500, Json{{"message", much}}.dump());
            default: return response(200, "<html>" + much, "", "text/html");
        }
    });

    patch(device(), {{"theme", "dark"}});
    expect_eventually([&] { return service->methods(); }, HasSubstr("PUT GET PUT GET PUT GET PUT"));

    EXPECT_THAT(device().log(), SizeIs(Lt(100'000U)));
    EXPECT_THAT(device().status().answer.dump(), SizeIs(Lt(10'000U)));
    for (auto const& file : std::filesystem::directory_iterator{device().store()})
        EXPECT_LT(file.file_size(), 4U << 20) << file.path();
}

}  // namespace
}  // namespace settings::system_test
