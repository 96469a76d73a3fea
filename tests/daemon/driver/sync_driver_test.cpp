#include "daemon/driver/sync_driver.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <spdlog/spdlog.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <future>
#include <optional>

#include "store/reader.h"
#include "sync/remote/https_remote.h"
#include "tests/daemon/driver/fake_remote.h"
#include "tests/support/json.h"
#include "tests/support/process.h"
#include "tests/support/temporary_folder.h"
#include "tests/sync/answer.h"
#include "tests/sync/engine/fake_device.h"

namespace settings::daemon {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr char const* secret = "token-of-this-test";

/// The driver over a real store and a real account, and a server that answers at once.
class SyncDriverTest : public testing::Test {
  protected:
    SyncDriverTest() {
        spdlog::set_level(spdlog::level::off);
        write_token(secret);
    }
    ~SyncDriverTest() override { spdlog::set_level(spdlog::level::info); }

    /// A place whose server is `document` and what becomes of it.
    FakePlace place_of(sync::FakeServer& its) {
        return {.answer = [this, &its](sync::Request const& request) -> sync::Remote::Outcome {
            if (at_request) at_request(request);
            return its.handle(request);
        }};
    }

    void start(std::vector<std::string> token_command = {}) {
        sync::Account::Options options;
        options.sources = {folder / "credentials.json", {{token_file}}, !token_command.empty()};
        options.clocks = {[this] { return clock.now(); }, [] { return 1'700'000'000s; }};
        options.token_command = std::move(token_command);
        auto const executor = loop.get_executor();
        account.emplace(
            executor, options,
            std::make_unique<sync::HttpsRemote>(executor, sync::HttpsRemote::Options{}));
        driver.emplace(executor, worker, writer, *account, clock,
                       std::make_unique<FakeRemote>(place), sync::Options{}, sync::Memory{});
        asio::co_spawn(loop, driver->run(), [this](std::exception_ptr const& cause) {
            if (cause) std::rethrow_exception(cause);
            has_ended = true;
        });
    }

    /// Lets the loop run until it is so.
    template <class Condition>
    void run_until(Condition is_so) {
        while (!is_so())
            if (loop.run_one_for(30s) == 0) FAIL() << "nothing happens any more";
    }

    /// A round that a person asks for, up to the rest after it.
    void round() {
        auto const begun = report().rounds_begun;
        driver->sync_now();
        run_until([&] { return report().rounds_begun > begun && is_at_rest(); });
    }

    bool is_at_rest() { return std::holds_alternative<sync::Resting>(driver->posture()); }

    sync::Report report() { return driver->report(); }

    /// An app's edit, on disk once this returns.
    void edit(Edit edit) {
        std::optional<Result<void>> saved;
        writer.submit(
            [edit = std::move(edit)](store::Ledger& ledger) -> Result<void> {
                return ledger.apply(edit, "app").has_value() ? Result<void>{}
                                                             : Error{Errc::bad_request, "no"};
            },
            [&saved](Result<void> outcome) { saved = std::move(outcome); });
        run_until([&] { return saved.has_value(); });
        ASSERT_TRUE(*saved);
    }

    void write_token(std::string const& token) {
        write_text(token_file, token);
        std::filesystem::permissions(
            token_file, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
    }

    TemporaryFolder folder;
    std::filesystem::path token_file = folder / "token";
    asio::io_context loop{1};
    asio::executor_work_guard<asio::io_context::executor_type> guard{loop.get_executor()};
    loop::Worker worker{loop.get_executor()};
    store::Writer writer{folder / "settings.db",
                         [this](std::function<void()> task) { asio::post(loop, std::move(task)); },
                         [](store::Commit const&) {},
                         {}};
    store::Reader reader{folder / "settings.db"};
    DaemonClock clock{std::nullopt};

    sync::FakeServer server;
    sync::FakeServer other_server;
    std::function<void(sync::Request const&)> at_request;  ///< called before each answer
    FakePlace place = place_of(server);
    FakePlace other_place = place_of(other_server);

    std::optional<sync::Account> account;
    std::optional<SyncDriver> driver;
    bool has_ended = false;
};

TEST_F(SyncDriverTest, TakesNothingOverFromAnAccountThatIsLoggedOutMeanwhile) {
    server.document = json(R"({"theme":"dark"})");
    at_request = [this](sync::Request const&) { std::filesystem::remove(token_file); };
    start();

    round();

    EXPECT_THAT(place.requests, ElementsAre("GET "));
    EXPECT_THAT(reader.document().changes, IsEmpty());
}

TEST_F(SyncDriverTest, BringsAnEditToTheServer) {
    edit(Patch{json(R"({"a":1})")});
    start();

    round();

    EXPECT_EQ(server.document, json(R"({"a":1})"));
    EXPECT_THAT(place.requests, ElementsAre("GET ", R"(PUT {"a":1})"));
    EXPECT_THAT(place.tokens, ElementsAre(secret, secret));
    EXPECT_EQ(reader.pending(), 0U);
    EXPECT_EQ(report().last_clean_round, 1U);
}

TEST_F(SyncDriverTest, TakesOverWhatTheServerHas) {
    server.document = json(R"({"a":1})");
    start();

    round();

    EXPECT_EQ(reader.standing("a").local, to_text(Json(1)));
    EXPECT_THAT(place.requests, ElementsAre("GET "));
}

TEST_F(SyncDriverTest, TheLoopGoesOnWhileALargeDocumentIsRead) {
    std::string const text(loop::Worker::large, 'x');
    server.document = {{"a", text}};
    std::promise<void> released;
    worker.post(
        loop::Worker::large, [held = released.get_future().share()] { held.wait(); }, [] {});
    start();

    driver->sync_now();
    run_until([&] { return place.requests.size() == 1; });
    edit(Patch{json(R"({"b":1})")});
    EXPECT_FALSE(is_at_rest()) << "it cannot have read the document";
    released.set_value();
    run_until([&] { return server.document.contains("b"); });

    EXPECT_EQ(reader.standing("a").local, to_text(Json(text)));
}

TEST_F(SyncDriverTest, BringsARemovalToTheServerAndLooksWhatBecameOfIt) {
    server.document = json(R"({"a":1,"b":1})");
    start();
    round();
    edit(Erase{{"a"}});
    place.requests.clear();

    round();

    EXPECT_EQ(server.document, json(R"({"b":1})"));
    EXPECT_THAT(place.requests, ElementsAre("GET ", R"(DELETE {"keys":["a"]})", "GET "));
    EXPECT_EQ(reader.pending(), 0U);
}

TEST_F(SyncDriverTest, SetsAsideWhatTheServerDoesNotTake) {
    server.poison = {"bad"};
    edit(Patch{json(R"({"bad":1,"good":1})")});
    start();

    for (int tries = 0; tries < 10 && reader.rejected().empty(); ++tries) round();

    ASSERT_EQ(reader.rejected().size(), 1U);
    EXPECT_EQ(reader.rejected()[0].key, "bad");
    EXPECT_EQ(server.document, json(R"({"good":1})"));
}

TEST_F(SyncDriverTest, WhatARoundMaySpendIsOnDiskBeforeItsFirstRequest) {
    std::vector<sync::Memory> memories;
    at_request = [&](sync::Request const&) {
        memories.push_back(sync::memory_from(reader.recall().value_or("")));
    };
    start();

    round();

    ASSERT_EQ(memories.size(), 1U);
    EXPECT_GT(memories[0].budget.owed, 0s);
    ASSERT_TRUE(memories[0].clock);
    EXPECT_EQ(memories[0].clock->boot_id, clock.reading().boot_id);
}

TEST_F(SyncDriverTest, ABatchIsMarkedOnDiskBeforeItsFirstByte) {
    std::vector<bool> marks;
    at_request = [&](sync::Request const&) { marks.push_back(reader.standing("a").in_flight); };
    edit(Patch{json(R"({"a":1})")});
    start();

    round();

    EXPECT_THAT(marks, ElementsAre(/*GET*/ false, /*PUT*/ true));
}

// Tokens {"alg":"none"}.{"sub":"a"}.x and {"alg":"none"}.{"sub":"b"}.x.
constexpr char const* of_a = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0.x";
constexpr char const* of_b = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJiIn0.x";

TEST_F(SyncDriverTest, AStrangersTokenInTheMiddleOfARoundSendsNothing) {
    write_token(of_a);
    edit(Patch{json(R"({"a":1})")});
    start();
    at_request = [this](sync::Request const&) { write_token(of_b); };

    round();

    EXPECT_EQ(server.document, json("{}"));
    EXPECT_THAT(place.requests, ElementsAre("GET ", "GET "));
    EXPECT_THAT(place.tokens, ElementsAre(of_a, of_b));
    EXPECT_TRUE(report().encounter);
    EXPECT_EQ(reader.pending(), 1U);
}

TEST_F(SyncDriverTest, AStrangersTokenBetweenTwoRequestsOfABatchSendsTheSecondToNobody) {
    server.document = json(R"({"gone":1})");
    write_token(of_a);
    start();
    round();
    edit(Patch{json(R"({"a":1})")});
    edit(Erase{{"gone"}});
    at_request = [this](sync::Request const& request) {
        if (request.method == "PUT") write_token(of_b);
    };
    place.requests.clear();

    round();

    EXPECT_THAT(place.requests, ElementsAre("GET ", R"(PUT {"a":1})", "GET "));
    EXPECT_TRUE(report().encounter);
}

TEST_F(SyncDriverTest, ATokenThatTellsNothingGoesOn) {
    write_token(of_a);
    edit(Patch{json(R"({"a":1})")});
    start();
    at_request = [this](sync::Request const&) { write_token("opaque"); };

    round();

    EXPECT_EQ(server.document, json(R"({"a":1})"));
}

TEST_F(SyncDriverTest, NoFailureSaysTheToken) {
    place.answer = [](sync::Request const&) -> sync::Remote::Outcome {
        sync::Answer answer;
        answer.status = 500;
        answer.content_type = "application/json";
        answer.body = std::string{R"({"message":"who is )"} + secret + R"(?"})";
        return answer;
    };
    start();

    round();

    EXPECT_THAT(report().last_failure.message, HasSubstr("who is [secret]?"));
    EXPECT_THAT(reader.recall().value_or(""), Not(HasSubstr(secret)));
}

TEST_F(SyncDriverTest, ARefusedTokenIsNamedByItsGeneration) {
    place.answer = [](sync::Request const&) -> sync::Remote::Outcome {
        sync::Answer answer;
        answer.status = 401;
        answer.content_type = "application/json";
        answer.body = R"({"success":false,"message":"invalid token"})";
        return answer;
    };
    start();

    round();

    EXPECT_EQ(report().last_failure.token, account->state().generation);
    EXPECT_EQ(std::get<sync::Resting>(driver->posture()).why, sync::Rest::backoff);

    write_token("a new one");
    driver->look_at_token();

    EXPECT_NE(std::get<sync::Resting>(driver->posture()).why, sync::Rest::login);
}

TEST_F(SyncDriverTest, NothingIsSentWithoutAToken) {
    at_request = [this](sync::Request const&) { std::filesystem::remove(token_file); };
    edit(Patch{json(R"({"a":1})")});
    start();

    round();

    EXPECT_THAT(place.requests, ElementsAre("GET "));
    EXPECT_EQ(report().last_failure.fault, sync::Fault::unauthorized);
}

TEST_F(SyncDriverTest, GetsAnotherTokenWhenItIsTime) {
    std::filesystem::remove(token_file);
    start({"/bin/echo", "a-printed-token"});

    round();

    EXPECT_THAT(place.tokens, ElementsAre("a-printed-token"));
}

TEST_F(SyncDriverTest, AStoreThatFailsEndsTheRound) {
    start();
    std::filesystem::remove(folder / "settings.db");

    round();

    EXPECT_EQ(report().last_failure.fault, sync::Fault::storage);
    EXPECT_THAT(place.requests, IsEmpty());
}

TEST_F(SyncDriverTest, WhatNeverArrivedIsAFailureOfTheRound) {
    place.answer = [](sync::Request const&) -> sync::Remote::Outcome {
        return sync::Failure{sync::Fault::offline, "cannot find settings.example"};
    };
    start();

    round();

    EXPECT_EQ(report().last_failure.message, "cannot find settings.example");
}

TEST_F(SyncDriverTest, KnowsHowFarTheServersClockIsOff) {
    place.answer = [](sync::Request const&) -> sync::Remote::Outcome {
        sync::Answer answer;
        answer.date = "Sun, 06 Nov 1994 08:49:37 GMT";
        return answer;
    };
    start();
    EXPECT_EQ(driver->clock_skew(), std::nullopt);

    round();

    ASSERT_TRUE(driver->clock_skew());
    EXPECT_LT(*driver->clock_skew(), -24h * 365 * 20);
}

TEST_F(SyncDriverTest, AllRequestsOfARoundGoToOneServer) {
    edit(Patch{json(R"({"a":1})")});
    start();
    at_request = [this](sync::Request const& request) {
        if (request.method == "GET" && other_place.requests.empty())
            driver->configure(std::make_unique<FakeRemote>(other_place), {});
    };

    round();
    run_until([&] { return !other_place.requests.empty(); });

    EXPECT_THAT(place.requests, ElementsAre("GET ", R"(PUT {"a":1})"));
    EXPECT_THAT(other_place.requests, ElementsAre("GET "));
}

TEST_F(SyncDriverTest, AReloadBetweenRoundsLeadsToOneWithTheNewServer) {
    start();
    round();
    place.requests.clear();

    driver->configure(std::make_unique<FakeRemote>(other_place), {});
    run_until([&] { return !other_place.requests.empty(); });

    EXPECT_THAT(place.requests, IsEmpty());
}

TEST_F(SyncDriverTest, ALostNetworkOrASleepDropsTheConnection) {
    start();

    driver->network_changed({.gained = true, .lost = false}, true);
    EXPECT_EQ(place.disconnects, 0);
    driver->network_changed({.gained = false, .lost = true}, true);
    EXPECT_EQ(place.disconnects, 1);
    driver->woke_up();
    EXPECT_EQ(place.disconnects, 2);
}

TEST_F(SyncDriverTest, AnImpostorLosesTheConnection) {
    place.answer = [](sync::Request const&) { return sync::answer(200, "<html>", "text/html"); };
    start();

    run_until([&] { return place.disconnects > 0; });

    EXPECT_THAT(place.requests, ElementsAre("GET "));
}

TEST_F(SyncDriverTest, TheEngineKnowsWhetherAWayLeadsToTheServer) {
    start();

    driver->network_changed({.gained = false, .lost = true}, false);
    EXPECT_FALSE(report().is_online);
    driver->network_changed({.gained = true, .lost = false}, true);
    EXPECT_TRUE(report().is_online);
}

TEST_F(SyncDriverTest, AWayThatClosedDuringARoundIsFoundAfterTheRequest) {
    start();
    driver->network_changed({}, true);
    at_request = [this](sync::Request const&) { place.is_routable = false; };

    round();

    EXPECT_FALSE(report().is_online);
}

TEST_F(SyncDriverTest, StopsAfterTheEffectInHandAndNotesTheClock) {
    edit(Patch{json(R"({"a":1})")});
    start();
    at_request = [this](sync::Request const&) { driver->stop(); };

    driver->sync_now();
    run_until([&] { return has_ended; });

    EXPECT_THAT(place.requests, ElementsAre("GET "));
    EXPECT_EQ(reader.pending(), 1U);
    writer.close();
    EXPECT_TRUE(sync::memory_from(reader.recall().value_or("")).clock);
}

}  // namespace
}  // namespace settings::daemon
