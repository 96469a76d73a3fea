// Keys that the server does not take among many that it does, and a server that takes none.

#include <algorithm>
#include <cmath>
#include <iostream>

#include "tests/system/support/system_test.h"

namespace settings::system_test {
namespace {

using testing::AllOf;
using testing::Each;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Le;
using testing::SizeIs;
using testing::Values;

constexpr std::size_t batch = 200;
constexpr char const* words = "Failed to partially update user settings";

std::string name(std::size_t number) {
    auto const digits = std::to_string(number);
    return "k" + std::string(3 - digits.size(), '0') + digits;
}

class SearchTest : public SystemTest {
  protected:
    /// Edits 200 settings in one step.
    void edit_many() {
        Json many = Json::object();
        for (std::size_t number = 0; number < batch; ++number) many[name(number)] = number;
        patch(device(), many);
    }

    /// Expects the server to have all keys but so many, and those to be set aside in its words.
    void expect_rejected(std::size_t guilty) {
        expect_eventually([&] { return device().status().rejected; }, SizeIs(guilty));
        expect_eventually([&] { return device().status().pending; }, 0U);
        EXPECT_THAT(server->document(), SizeIs(batch - guilty));
        EXPECT_THAT(device().status().rejected,
                    Each(AllOf(Field(&client::Status::Rejected::status, 400U),
                               Field(&client::Status::Rejected::message, words))));
        EXPECT_THAT(device().document(), SizeIs(batch));
    }

    /// From the first that carries all of the keys.
    [[nodiscard]] std::size_t requests() {
        auto const seen = server->requests();
        auto const first = std::find_if(seen.begin(), seen.end(), [](Seen const& request) {
            return request.method == "PUT" && request.body.size() == batch;
        });
        auto const count = static_cast<std::size_t>(seen.end() - first);
        std::cout << count << " requests\n";
        return count;
    }
};

class OneGuiltyTest : public SearchTest, public testing::WithParamInterface<std::size_t> {};

INSTANTIATE_TEST_SUITE_P(Place, OneGuiltyTest, Values(0, 67, 128, 198, 199),
                         [](auto const& place) { return name(place.param); });

TEST_P(OneGuiltyTest, IsFoundInFewRequestsAndTheOthersAreAccepted) {
    boot({}, {{"sync.budget_interval_seconds", "10"}});
    server->set_faults("refuse key " + name(GetParam()));

    edit_many();

    expect_rejected(1);
    EXPECT_EQ(device().status().rejected.at(0).key, name(GetParam()));
    EXPECT_FALSE(server->document().contains(name(GetParam())));
    EXPECT_THAT(static_cast<double>(requests()), Le(2 * std::log2(batch) + 8));
}

struct Guilty {
    char const* name;
    std::size_t count;
    std::size_t first;
    std::size_t step;
};

void PrintTo(Guilty const& guilty, std::ostream* stream) { *stream << guilty.name; }

class ManyGuiltyTest : public SearchTest, public testing::WithParamInterface<Guilty> {};

INSTANTIATE_TEST_SUITE_P(Keys, ManyGuiltyTest,
                         Values(Guilty{"TheFirstHundred", 100, 0, 1},
                                Guilty{"TheLastHundred", 100, 100, 1},
                                Guilty{"EachEighth", 25, 3, 8}),
                         [](auto const& guilty) { return guilty.param.name; });

TEST_P(ManyGuiltyTest, AreAllFoundAndTheOthersAccepted) {
    boot();
    std::string script;
    auto const [title, count, first, step] = GetParam();
    for (std::size_t each = 0; each < count; ++each)
        script += "refuse key " + name(first + each * step) + '\n';
    server->set_faults(script);

    edit_many();

    expect_rejected(count);
    EXPECT_THAT(static_cast<double>(requests()),
                Le(static_cast<double>(count) * (std::log2(batch) + 3)));
}

TEST_F(SearchTest, WhoRefusesEverythingIsBrokenAndNothingIsSetAside) {
    boot();
    server->set_faults("answer 400 on PUT forever");
    edit_many();
    expect_eventually([&] { return device().status().summary; },
                      HasSubstr("the server refuses every change"));
    auto const asked = server->requests().size();
    expect_eventually([&] { return server->requests().size() > asked + 20; }, true);
    EXPECT_THAT(device().status().rejected, IsEmpty());

    server->set_faults("clear");

    expect_eventually([&] { return server->document(); }, SizeIs(batch));
    EXPECT_THAT(device().status().rejected, IsEmpty());
}

TEST_F(SearchTest, WhoRefusesEverythingForAWhileGetsTheNewestInTheEnd) {
    boot();
    server->set_faults("answer 400 20 times on PUT");
    edit_many();

    for (int edit = 0; server->faults_left() > 0; ++edit) patch(device(), {{"theme", edit}});

    expect_sync(device());
    EXPECT_EQ(server->document(), device().document());
    EXPECT_THAT(device().status().rejected, IsEmpty());
}

/// The look after the refusal still shows the key. What failed is the removal, not the server's
/// word.
TEST_F(SearchTest, ARefusedRemovalLeavesTheServersAnswerAsTheLastError) {
    boot();
    patch(device(), {{"theme", "dark"}, {"volume", 3}});
    expect_sync(device());
    server->set_faults("answer 405 with message \"not here\" on DELETE forever");

    ask(device(), "DELETE", "/settings/user", {{"keys", {"theme"}}});

    expect_eventually([&] { return device().status().rejected; }, SizeIs(1U));
    auto const error = device().status().last_error.value();
    EXPECT_EQ(error.kind, "missing");
    EXPECT_THAT(error.message, AllOf(HasSubstr("405"), HasSubstr("not here")));
    EXPECT_TRUE(server->document().contains("theme"));
}

}  // namespace
}  // namespace settings::system_test
