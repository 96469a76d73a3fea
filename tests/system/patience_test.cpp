// A server that asks for patience gets it: from edits, from people, and from the next process.

#include "tests/system/support/system_test.h"

namespace settings::system_test {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::Ge;
using testing::HasSubstr;
using testing::Le;
using testing::Values;

class PatienceTest : public SystemTest {
  protected:
    /// Makes an edit, which meets with what the server answers now; expects the wait to be told.
    void edit_in_vain(std::string const& cause) {
        patch(device(), {{"theme", "light"}});
        expect_waiting(cause);
    }

    void expect_waiting(std::string const& cause) {
        auto const reason = [this] {
            auto const next = device().status().next_attempt;
            return next ? next->reason : "nothing";
        };
        expect_eventually(reason, HasSubstr(cause));
    }

    [[nodiscard]] seconds wait() { return device().status().next_attempt->in; }

    void restart() {
        device().kill();
        device().start();
    }
};

struct Wish {
    char const* name;
    char const* script;
};

void PrintTo(Wish const& wish, std::ostream* stream) { *stream << wish.script; }

class RetryAfterTest : public PatienceTest, public testing::WithParamInterface<Wish> {};

/// Longer than all that the test does meanwhile takes on a slow machine.
constexpr seconds wished{6};

INSTANTIATE_TEST_SUITE_P(Server, RetryAfterTest,
                         Values(Wish{"Seconds", "answer 429 with retry-after 6 on GET"},
                                Wish{"Date",
                                     "answer 503 with retry-after date in 6 seconds on GET"}),
                         [](auto const& wish) { return wish.param.name; });

TEST_P(RetryAfterTest, NothingShortensIt) {
    boot();
    server->set_faults(GetParam().script);
    edit_in_vain("the server asked to wait");
    EXPECT_THAT(wait(), Le(2 * wished)) << "up to as much again";

    patch(device(), {{"theme", "dark"}});
    EXPECT_FALSE(device().client().sync()->synced);
    restart();
    EXPECT_FALSE(device().client().sync()->synced);
    patch(device(), {{"font", 10}});

    expect_eventually([&] { return server->document(); }, Json({{"theme", "dark"}, {"font", 10}}));
    auto const requests = server->requests();
    ASSERT_GE(requests.size(), 2U);
    EXPECT_THAT(requests[1].time - requests[0].time, Ge(wished));
    EXPECT_EQ(server->methods(), "GET GET PUT");
}

TEST_F(PatienceTest, AnHourIsAnHourAlsoForTheNextProcess) {
    boot();
    server->set_faults("answer 503 with retry-after 3600 on GET");
    edit_in_vain("the server asked to wait: the server answered 503");

    for (int restarts = 0; restarts < 3; ++restarts) {
        restart();
        expect_waiting("the server asked to wait");
        EXPECT_THAT(wait(), Ge(minutes{55}));
        auto const outcome = device().client().sync().value();
        EXPECT_FALSE(outcome.synced);
        EXPECT_THAT(outcome.reason, HasSubstr("the server asked to wait"));
    }
    EXPECT_EQ(server->methods(), "GET");
}

TEST_F(PatienceTest, AYearIsADay) {
    boot();
    server->set_faults("answer 503 with retry-after 31536000 on GET");

    edit_in_vain("the server asked to wait");

    EXPECT_THAT(wait(), Ge(hours{23}));
    EXPECT_THAT(wait(), Le(hours{24} + minutes{30})) << "and a part of its own";
}

TEST_F(PatienceTest, AWishThatMakesNoSenseIsAnOrdinaryFailure) {
    boot();
    server->set_faults(
        "answer 503 with retry-after '-3600' on GET, answer 503 with retry-after soon on GET, "
        "answer 503 with retry-after date in 0 seconds on GET");

    patch(device(), {{"theme", "light"}});

    expect_eventually([&] { return server->document(); }, Json{{"theme", "light"}});
    EXPECT_EQ(server->methods(), "GET GET GET GET PUT");
}

TEST_F(PatienceTest, ABackoffIsThatOfTheNextProcessToo) {
    boot({}, {{"sync.backoff_floor_seconds", "600"}});
    server->set_faults("answer 500 on GET");
    edit_in_vain("the server answered 500");

    for (int restarts = 0; restarts < 3; ++restarts) {
        restart();
        patch(device(), {{"theme", restarts}});
        expect_waiting("the server answered 500");
        EXPECT_THAT(wait(), Ge(minutes{9}));
    }
    EXPECT_EQ(server->methods(), "GET");

    expect_sync(device());
    EXPECT_EQ(server->methods(), "GET GET PUT") << "a person may";
}

}  // namespace
}  // namespace settings::system_test
