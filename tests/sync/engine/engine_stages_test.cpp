// Each effect has its own answer. Any other answer is a bug of whoever drives the engine, and is
// caught where it happens.

#include <gtest/gtest.h>

#include <vector>

#include "sync/engine/engine.h"

namespace settings::sync {
namespace {

using namespace std::chrono_literals;

Event failed_by(Fault fault) { return Failed{{fault, "it failed", 400}}; }

Event frozen(std::optional<Json> local, bool is_retry = false) {
    Backlog backlog;
    backlog.pending = 1;
    return Frozen{{{"a", std::move(local), Json(1)}}, is_retry, backlog};
}

/// One event of each kind.
std::vector<Event> events() {
    return {Woke{},     Remembered{}, Renewed{},  Fetched{Json::object()},  Reconciled{}, Frozen{},
            Accepted{}, Settled{},    SetAside{}, failed_by(Fault::storage)};
}

/// The events up to the first Freeze, and what follows them.
std::vector<Event> look_and(std::vector<Event> const& more) {
    std::vector<Event> events{Woke{}, Remembered{}, Fetched{Json::object()}, Reconciled{}};
    events.insert(events.end(), more.begin(), more.end());
    return events;
}

/// A stage, the events that lead there, and its answer.
struct Way {
    Stage stage;
    std::vector<Event> events;
    Event answer;
    std::uint64_t token = 1;  ///< generation; 0 for a token that has yet to be got
};

std::vector<Way> ways() {
    auto const refused = failed_by(Fault::refused);
    auto twice_refused = look_and({frozen(2), refused, Remembered{}});
    for (auto const& event : look_and({frozen(2), refused})) twice_refused.push_back(event);
    return {{Noting{}, {Woke{}}, Remembered{}},
            {Renewing{}, {Woke{}, Remembered{}}, Renewed{}, 0},
            {Looking{}, {Woke{}, Remembered{}}, Fetched{Json::object()}},
            {Merging{}, {Woke{}, Remembered{}, Fetched{Json::object()}}, Reconciled{}},
            {Taking{}, look_and({}), Frozen{}},
            {Putting{}, look_and({frozen(2)}), Accepted{}},
            {Removing{}, look_and({frozen({})}), Accepted{}},
            {Probing{}, twice_refused, Accepted{}},
            {Settling{}, look_and({frozen(2), Accepted{}}), Settled{}},
            {SettingAside{}, look_and({frozen(2, true), refused}), SetAside{}}};
}

struct IsRequest {
    bool operator()(Renewing const&) const { return true; }
    bool operator()(Looking const&) const { return true; }
    bool operator()(Putting const&) const { return true; }
    bool operator()(Removing const&) const { return true; }
    bool operator()(Probing const&) const { return true; }
    bool operator()(auto const&) const { return false; }
};

/// Each event comes an hour after the one before, so that no wait of the engine's is in the way.
constexpr Time between = 1h;

Engine engine_at_end_of(Way const& way) {
    TokenState token;
    token.generation = way.token;
    token.renewable = way.token == 0;
    Engine engine{{}, /*seed=*/1, {}, token, 0h};
    Time now{0};
    for (auto const& event : way.events) static_cast<void>(engine.handle(event, now += between));
    return engine;
}

Time after(Way const& way) { return between * (way.events.size() + 1); }

TEST(EngineStagesDeathTest, AStageTakesItsAnswerOrAFailureAndNothingElse) {
    for (auto const& way : ways()) {
        SCOPED_TRACE(name_of(way.stage));
        auto const engine = engine_at_end_of(way);
        auto const* awaiting = std::get_if<Awaiting>(&engine.posture());
        ASSERT_NE(awaiting, nullptr);
        ASSERT_EQ(awaiting->stage.index(), way.stage.index());

        for (auto const& event : events()) {
            auto here = engine;
            bool const is_failure = std::holds_alternative<Failed>(event);
            if (is_failure || event.index() == way.answer.index())
                static_cast<void>(here.handle(event, after(way)));
            else
                EXPECT_DEATH(static_cast<void>(here.handle(event, after(way))), "another effect")
                    << event.index();
        }
    }
}

TEST(EngineStagesDeathTest, TheStoreCanFailByItsDiskOnly) {
    for (auto const& way : ways()) {
        SCOPED_TRACE(name_of(way.stage));
        auto engine = engine_at_end_of(way);
        auto const fail = [&] {
            static_cast<void>(engine.handle(failed_by(Fault::server_error), after(way)));
        };
        bool const is_request = std::visit(IsRequest{}, way.stage);
        if (is_request)
            fail();
        else
            EXPECT_DEATH(fail(), "the store was asked");
    }
}

TEST(EngineStagesDeathTest, AnEngineThatRestsHasNothingToBeAnswered) {
    Engine const engine{{}, /*seed=*/1, {}, {}, 0h};
    for (auto const& event : events()) {
        auto resting = engine;
        if (std::holds_alternative<Woke>(event))
            EXPECT_FALSE(resting.handle(event, 0h));
        else
            EXPECT_DEATH(static_cast<void>(resting.handle(event, 0h)), "nothing asked for");
    }
}

}  // namespace
}  // namespace settings::sync
