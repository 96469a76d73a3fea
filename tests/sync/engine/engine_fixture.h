#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sync/engine/engine.h"
#include "sync/engine/reply.h"
#include "tests/sync/engine/effect_text.h"

namespace settings::sync {

using namespace std::chrono_literals;

/// Takes an engine through its rounds by hand: each step answers the last effect and gives the
/// next one as text (see effect_text.h).
class EngineTest : public testing::Test {
  protected:
    static Engine start(Memory const& memory = {}, TokenState token = fixed(1), Time at = 0s) {
        return {Options{}, /*seed=*/1, memory, std::move(token), at};
    }

    static TokenState fixed(std::uint64_t generation) {
        TokenState token;
        token.generation = generation;
        return token;
    }
    static TokenState renewable(std::uint64_t generation, std::optional<Time> renew_at = {}) {
        auto token = fixed(generation);
        token.renewable = true;
        token.renew_at = renew_at;
        return token;
    }
    static Backlog pending(std::size_t keys) {
        Backlog backlog;
        backlog.pending = keys;
        return backlog;
    }
    static Backlog look_at(Time at) {
        Backlog backlog;
        backlog.look_at = at;
        return backlog;
    }

    // The world's answers.

    std::string say(Event event) { return step(std::move(event)); }
    /// The server's answer of this status, which is no success.
    std::string answer(unsigned status, std::string retry_after = {}) {
        Answer made;
        made.status = status;
        made.body = R"({"success":false,"message":"no"})";
        made.retry_after = std::move(retry_after);
        auto failure = read_acceptance(made).value();
        failure.token = sent_token;
        return say(Failed{std::move(failure)});
    }
    /// A gateway's answer, in words of its own.
    std::string gateway(unsigned status, std::string retry_after = {}) {
        Answer made;
        made.status = status;
        made.content_type = "text/html";
        made.body = "<h1>Not here</h1>";
        made.retry_after = std::move(retry_after);
        auto failure = read_acceptance(made).value();
        failure.token = sent_token;
        return say(Failed{std::move(failure)});
    }
    std::string fail(Fault fault) {
        Failure failure{fault, "it failed"};
        failure.token = sent_token;
        return say(Failed{std::move(failure)});
    }

    // Steps through a round.

    std::string wake() { return step(Woke{}); }
    std::string wake_when_due() {
        now = std::max(now, until());
        return wake();
    }
    /// Begins a round when its time has come, and brings it to its first request.
    std::string begin() {
        EXPECT_EQ(wake_when_due(), "Remember");
        return say(Remembered{});
    }
    /// Answers a Fetch and what follows, up to the batch.
    std::string look(Batch batch, Backlog backlog = {}) {
        EXPECT_EQ(say(Fetched{Json::object()}), "Reconcile {}");
        say(Reconciled{});
        return freeze(std::move(batch), backlog);
    }
    std::string freeze(Batch batch, Backlog backlog = {}, bool retry = false) {
        EXPECT_EQ(last.substr(0, 7), "Freeze ");
        if (backlog.pending == 0) backlog.pending = batch.size();
        return say(Frozen{std::move(batch), retry, backlog});
    }
    /// A round from its beginning to the first request of this batch.
    std::string round(Batch batch, Backlog backlog = {}) {
        EXPECT_EQ(begin(), "Fetch");
        return look(std::move(batch), backlog);
    }
    /// The end of a round that failed.
    std::string remembered() {
        EXPECT_EQ(last.substr(0, 8), "Remember");
        return say(Remembered{});
    }

    // What there is to see.

    Time until() const {
        auto const* resting = std::get_if<Resting>(&engine.posture());
        return resting == nullptr ? Time::max() : resting->until;
    }
    Time wait() const { return until() - now; }
    std::string posture() const { return text(engine.posture()); }

    static Pending value(std::string key, int now = 1) { return {std::move(key), Json(now), {}}; }
    static Pending removal(std::string key) { return {std::move(key), {}, Json(1)}; }

    Time now{0};
    Engine engine = start();
    std::uint64_t sent_token = 1;
    std::string last;  ///< what the engine asked for last

  private:
    std::string step(Event event) {
        auto const effect = engine.handle(std::move(event), now);
        return last = text(effect, engine.posture());
    }
};

}  // namespace settings::sync
