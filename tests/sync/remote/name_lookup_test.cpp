#include "sync/remote/name_lookup.h"

#include <gtest/gtest.h>

#include <atomic>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <optional>

#include "tests/support/eventually.h"

namespace settings::sync {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using testing::VariantWith;

/// A libc that answers nobody until it is let go.
class HungLibc {
  public:
    [[nodiscard]] NameLookup::Blocking ask() const {
        return [state = state_](std::string const&, std::string const&) {
            ++state->asked;
            state->released.wait();
            ++state->answered;
            return NameLookup::Found{NameLookup::Endpoints(1)};
        };
    }

    void let_go() { state_->release.set_value(); }
    [[nodiscard]] int asked() const { return state_->asked; }
    [[nodiscard]] int answered() const { return state_->answered; }

  private:
    struct State {
        std::promise<void> release;
        std::shared_future<void> released = release.get_future();
        std::atomic<int> asked = 0;
        std::atomic<int> answered = 0;
    };
    std::shared_ptr<State> state_ = std::make_shared<State>();
};

class NameLookupTest : public testing::Test {
  protected:
    void start(NameLookup& lookup, std::string host, std::string port, Time within) {
        found.reset();
        asio::co_spawn(*loop, lookup.find(std::move(host), std::move(port), within),
                       [this](std::exception_ptr const& cause, NameLookup::Found outcome) {
                           if (cause) std::rethrow_exception(cause);
                           found = std::move(outcome);
                       });
    }

    NameLookup::Found find(NameLookup& lookup, std::string host, std::string port, Time within) {
        start(lookup, std::move(host), std::move(port), within);
        loop->restart();
        loop->run_for(patience);
        if (!found) throw std::runtime_error{"the lookup has not ended"};
        return *found;
    }

    std::optional<asio::io_context> loop{1};
    std::optional<NameLookup::Found> found;
    HungLibc libc;
};

TEST_F(NameLookupTest, FindsThisMachine) {
    NameLookup lookup{loop->get_executor()};

    auto const outcome = find(lookup, "127.0.0.1", "443", patience);

    NameLookup::Endpoints const expected{{asio::ip::make_address("127.0.0.1"), 443}};
    EXPECT_THAT(outcome, VariantWith<NameLookup::Endpoints>(expected));
}

TEST_F(NameLookupTest, SaysWhyItFoundNothing) {
    NameLookup lookup{loop->get_executor()};

    EXPECT_THAT(find(lookup, "127.0.0.1", "no such service", patience),
                VariantWith<std::string>("Service not found"));
}

TEST_F(NameLookupTest, GivesUpOnALookupThatHangs) {
    NameLookup lookup{loop->get_executor(), libc.ask()};

    EXPECT_THAT(find(lookup, "hung", "443", 10ms),
                VariantWith<std::string>("the name lookup takes too long"));

    libc.let_go();
    eventually("the thread ends", [this] { return libc.answered() == 1; });
}

TEST_F(NameLookupTest, ALookupThatHangsHoldsUpNoOther) {
    auto const hung = libc.ask();
    NameLookup lookup{loop->get_executor(), [hung](std::string const& host, auto const& port) {
                          return host == "hung" ? hung(host, port) : NameLookup::Endpoints(2);
                      }};
    find(lookup, "hung", "443", 10ms);

    EXPECT_THAT(find(lookup, "other", "443", patience),
                VariantWith<NameLookup::Endpoints>(testing::SizeIs(2)));

    libc.let_go();
    eventually("the thread ends", [this] { return libc.answered() == 1; });
}

TEST_F(NameLookupTest, ThreadsDoNotPileUp) {
    NameLookup lookup{loop->get_executor(), libc.ask()};
    for (int i = 0; i < NameLookup::most_threads; ++i) find(lookup, "hung", "443", 10ms);
    eventually("all threads run", [this] { return libc.asked() == NameLookup::most_threads; });

    EXPECT_THAT(find(lookup, "hung", "443", patience),
                VariantWith<std::string>("the name lookups before this one have not ended"));
    EXPECT_EQ(libc.asked(), NameLookup::most_threads);

    libc.let_go();
    eventually("it finds again what can be found", [&] {
        return std::holds_alternative<NameLookup::Endpoints>(find(lookup, "", "443", patience));
    });
}

TEST_F(NameLookupTest, CancelEndsTheWait) {
    NameLookup lookup{loop->get_executor(), libc.ask()};
    start(lookup, "hung", "443", patience);
    loop->poll();
    EXPECT_FALSE(found);

    lookup.cancel();
    loop->poll();

    EXPECT_TRUE(found);
    libc.let_go();
    eventually("the thread ends", [this] { return libc.answered() == 1; });
}

TEST_F(NameLookupTest, TheLoopNeedNotWaitForItsEnd) {
    std::optional<NameLookup> lookup{std::in_place, loop->get_executor(), libc.ask()};
    start(*lookup, "hung", "443", patience);
    loop->poll();

    lookup.reset();
    loop.reset();

    libc.let_go();
    eventually("the thread ends", [this] { return libc.answered() == 1; });
}

}  // namespace
}  // namespace settings::sync
