#pragma once

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "daemon/service/overview.h"
#include "loop/worker.h"
#include "store/reader.h"
#include "store/view.h"
#include "store/writer.h"
#include "tests/daemon/service/fake_sync.h"
#include "tests/support/temporary_folder.h"

namespace settings::daemon {

/// A store with its writer, and a loop, as the daemon has them; only the sync is a fake.
class ServiceFixture : public testing::Test {
  protected:
    using Answer = boost::asio::awaitable<ipc::Reply>;
    using Pending = std::shared_ptr<std::optional<ipc::Reply>>;

    /// Begins to answer; the reply is there once the loop has run for long enough.
    Pending start(Answer task) {
        auto reply = std::make_shared<std::optional<ipc::Reply>>();
        boost::asio::co_spawn(loop, std::move(task),
                              [reply](std::exception_ptr const& cause, ipc::Reply done) {
                                  if (cause) std::rethrow_exception(cause);
                                  *reply = std::move(done);
                              });
        return reply;
    }

    /// Has the loop run until then.
    template <class Condition>
    void run_until(Condition condition) {
        while (!condition()) loop.run_one();
    }

    ipc::Reply finish(Pending const& pending) {
        run_until([&] { return pending->has_value(); });
        return **pending;
    }
    ipc::Reply finish(Answer task) { return finish(start(std::move(task))); }

    void run_until_somebody_waits() {
        run_until([this] { return sync.progress().has_waiters(); });
    }

    /// Has the writer commit some work.
    void commit(std::function<void(store::Ledger&)> work) {
        bool done = false;
        writer.submit(
            [work = std::move(work)](store::Ledger& ledger) -> Result<void> {
                work(ledger);
                return {};
            },
            [&done](Result<void> const& outcome) { done = outcome.has_value(); });
        run_until([&] { return done; });
    }

    void patch(Json const& partial) {
        commit([partial](store::Ledger& ledger) {
            ASSERT_TRUE(ledger.apply(Patch{partial}, R"({"pid":1})"));
        });
    }

    /// Everything pending goes to the server, which takes it.
    void send() {
        commit([](store::Ledger& ledger) {
            auto const frozen = ledger.mirror().freeze({1'000, 0}, 1'000'000, Time{});
            static_cast<void>(ledger.mirror().settle(frozen.batch, Time{}));
        });
        sync.progress().notify();
    }

    /// Everything pending goes to the server, which refuses it.
    void send_in_vain() {
        commit([](store::Ledger& ledger) {
            auto const frozen = ledger.mirror().freeze({1'000, 0}, 1'000'000, Time{});
            static_cast<void>(
                ledger.mirror().reject(frozen.batch, {400, "no such theme"}, Time::max()));
        });
        sync.progress().notify();
    }

    static Json body_of(ipc::Reply const& reply) { return Json::parse(*reply.body); }
    static std::string message_of(ipc::Reply const& reply) { return body_of(reply).at("message"); }

    TemporaryFolder folder;
    std::filesystem::path file = folder / "settings.db";
    boost::asio::io_context loop{1};
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> const busy{
        loop.get_executor()};
    loop::Worker worker{loop.get_executor()};
    store::View view;
    store::Writer writer{
        file,
        [this](std::function<void()> task) { boost::asio::post(loop, std::move(task)); },
        [this](store::Commit const& done) { view.apply(done); },
        {}};
    store::Reader reader{file};
    FakeSync sync{loop.get_executor()};
    Overview overview{view,
                      reader,
                      writer,
                      sync,
                      [] { return std::nullopt; },
                      "https://example.org",
                      "/var/lib/settings"};
    ipc::Peer const peer{1000, 4711};
};

}  // namespace settings::daemon
