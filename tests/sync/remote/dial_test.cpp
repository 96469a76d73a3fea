#include "sync/remote/dial.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <optional>

#include "tests/support/eventually.h"

namespace settings::sync {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using std::chrono::hours;
using std::chrono::milliseconds;
using testing::ElementsAre;

/// A port of the loopback.
class Place {
  public:
    explicit Place(asio::io_context& loop)
        : acceptor_{loop, tcp::endpoint{asio::ip::address_v4::loopback(), 0}}, queued_{loop} {
        acceptor_.listen(0);
    }

    /// Has the kernel ignore who connects from now on, as a packet filter does that drops.
    void swallow() { queued_.connect(endpoint()); }
    void refuse() {
        endpoint_ = acceptor_.local_endpoint();
        acceptor_.close();
    }

    [[nodiscard]] tcp::endpoint endpoint() const {
        return endpoint_ ? *endpoint_ : acceptor_.local_endpoint();
    }

  private:
    tcp::acceptor acceptor_;
    tcp::socket queued_;
    std::optional<tcp::endpoint> endpoint_;
};

class DialTest : public testing::Test {
  protected:
    void start(Dial::Endpoints endpoints, Dial::Clock::duration within = hours{1}) {
        asio::co_spawn(loop, dial.connect(std::move(endpoints), Dial::Clock::now() + within),
                       [this](std::exception_ptr const& cause, Dial::Reached reached) {
                           if (cause) std::rethrow_exception(cause);
                           outcome = std::move(reached);
                       });
    }

    void run() {
        loop.restart();
        auto const deadline = std::chrono::steady_clock::now() + patience;
        while (!outcome && std::chrono::steady_clock::now() < deadline)
            loop.run_one_for(milliseconds{20});
        ASSERT_TRUE(outcome);
    }

    void expect_to_reach(Place const& place) {
        ASSERT_NO_FATAL_FAILURE(run());
        ASSERT_TRUE(std::holds_alternative<tcp::socket>(*outcome))
            << std::get<boost::system::error_code>(*outcome).message();
        EXPECT_EQ(std::get<tcp::socket>(*outcome).remote_endpoint(), place.endpoint());
    }

    void expect_error(boost::system::error_code const& error) {
        ASSERT_NO_FATAL_FAILURE(run());
        ASSERT_TRUE(std::holds_alternative<boost::system::error_code>(*outcome));
        EXPECT_EQ(std::get<boost::system::error_code>(*outcome), error);
    }

    asio::io_context loop{1};
    Dial dial{loop.get_executor()};
    Place good{loop};
    Place other{loop};
    std::optional<Dial::Reached> outcome;
};

TEST_F(DialTest, AnAddressThatSwallowsPacketsStopsNobody) {
    other.swallow();
    start({other.endpoint(), other.endpoint(), good.endpoint()});
    expect_to_reach(good);
}

TEST_F(DialTest, AnAddressThatRefusesHandsOnAtOnce) {
    other.refuse();
    start({other.endpoint(), good.endpoint()});
    expect_to_reach(good);
}

TEST_F(DialTest, TheFirstAddressIsWaitedForWhenAllOthersHaveFailed) {
    other.refuse();
    start({good.endpoint(), other.endpoint()});
    expect_to_reach(good);
}

TEST_F(DialTest, TellsTheErrorOfWhoFailedLast) {
    other.refuse();
    start({other.endpoint(), other.endpoint()});
    expect_error(asio::error::connection_refused);
}

TEST_F(DialTest, EndsAtItsDeadline) {
    other.swallow();
    start({other.endpoint()}, milliseconds{20});
    expect_error(asio::error::timed_out);
}

TEST_F(DialTest, EndsWhenItIsCancelled) {
    other.swallow();
    start({other.endpoint(), other.endpoint()});
    loop.poll();
    ASSERT_FALSE(outcome);
    dial.cancel();
    expect_error(asio::error::operation_aborted);
}

TEST_F(DialTest, CanBeUsedAgain) {
    other.refuse();
    start({other.endpoint()});
    expect_error(asio::error::connection_refused);
    outcome.reset();
    start({good.endpoint()});
    expect_to_reach(good);
}

TEST_F(DialTest, FamiliesTakeTurns) {
    auto const at = [](char const* address) {
        return tcp::endpoint{asio::ip::make_address(address), 443};
    };
    auto const a4 = at("192.0.2.1"), b4 = at("192.0.2.2"), c4 = at("192.0.2.3");
    auto const a6 = at("2001:db8::1"), b6 = at("2001:db8::2");
    EXPECT_THAT(Dial::in_turns({a6, b6, a4, b4, c4}), ElementsAre(a6, a4, b6, b4, c4));
    EXPECT_THAT(Dial::in_turns({a4, b4, a6}), ElementsAre(a4, a6, b4));
    EXPECT_THAT(Dial::in_turns({}), ElementsAre());
}

}  // namespace
}  // namespace settings::sync
