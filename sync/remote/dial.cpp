#include "sync/remote/dial.h"

#include <algorithm>
#include <boost/asio/error.hpp>
#include <list>
#include <optional>
#include <utility>

#include "loop/signal.h"

namespace settings::sync {

namespace asio = boost::asio;
using boost::system::error_code;

/// The addresses that are being tried, until one has answered.
class Dial::Race : public std::enable_shared_from_this<Race> {
  public:
    explicit Race(asio::any_io_executor const& executor)
        : executor_{executor}, changed_{executor} {}

    void enter(asio::ip::tcp::endpoint const& endpoint) {
        auto const runner = runners_.emplace(runners_.end(), executor_);
        runner->async_connect(endpoint, [race = shared_from_this(), runner](error_code error) {
            race->finish(runner, error);
        });
    }

    /// Whether somebody runs and nobody has arrived.
    [[nodiscard]] bool goes_on() const { return !is_over_ && !runners_.empty(); }
    [[nodiscard]] bool is_over() const { return is_over_; }

    /// Returns when the race does not go on, or at the deadline.
    [[nodiscard]] asio::awaitable<void> watch(Clock::time_point deadline) {
        bool in_time = true;
        while (in_time && goes_on()) in_time = co_await changed_.wait_until(deadline);
    }

    /// Sends everybody home. The winner, if there is one, stays.
    void end() {
        is_over_ = true;
        for (auto& runner : runners_) runner.close();
        changed_.notify();
    }

    [[nodiscard]] Reached outcome() {
        if (winner_) return std::move(*winner_);
        return runners_.empty() ? error_ : asio::error::timed_out;
    }

    void call_off() {
        error_ = asio::error::operation_aborted;
        runners_.clear();
        end();
    }

  private:
    using Runners = std::list<Socket>;

    void finish(Runners::iterator runner, error_code error) {
        if (is_over_) return;
        if (error) error_ = error;
        if (!error) winner_ = std::move(*runner);
        runners_.erase(runner);
        if (winner_) is_over_ = true;
        changed_.notify();
    }

    asio::any_io_executor executor_;
    loop::Signal changed_;
    Runners runners_;
    std::optional<Socket> winner_;
    error_code error_ = asio::error::host_not_found;  ///< error of the attempt that gave up last
    bool is_over_ = false;
};

Dial::Dial(asio::any_io_executor executor) : executor_{std::move(executor)} {}

Dial::~Dial() { cancel(); }

asio::awaitable<Dial::Reached> Dial::connect(Endpoints endpoints, Clock::time_point deadline) {
    auto const race = std::make_shared<Race>(executor_);
    race_ = race;
    for (auto const& endpoint : in_turns(endpoints)) {
        if (race->is_over() || Clock::now() >= deadline) break;
        race->enter(endpoint);
        co_await race->watch(std::min(deadline, Clock::now() + delay));
    }
    co_await race->watch(deadline);
    race_.reset();
    auto outcome = race->outcome();
    race->end();
    co_return outcome;
}

void Dial::cancel() {
    if (race_) race_->call_off();
}

Dial::Endpoints Dial::in_turns(Endpoints const& found) {
    if (found.empty()) return {};
    bool const first_is_v6 = found.front().address().is_v6();
    Endpoints first, second, turns;
    for (auto const& endpoint : found)
        (endpoint.address().is_v6() == first_is_v6 ? first : second).push_back(endpoint);
    for (std::size_t at = 0; at < std::max(first.size(), second.size()); ++at) {
        if (at < first.size()) turns.push_back(first[at]);
        if (at < second.size()) turns.push_back(second[at]);
    }
    return turns;
}

}  // namespace settings::sync
