#include "daemon/service/receipts.h"

#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

namespace settings::daemon {

namespace asio = boost::asio;

namespace {

constexpr std::size_t keys_at_once = 16;  ///< looked up in one turn of the loop

}  // namespace

/// One who waits, counted for as long as this lives.
class Receipts::Waiting {
  public:
    explicit Waiting(Receipts& receipts) : count_{receipts.waiting_} { ++count_; }
    ~Waiting() { --count_; }
    Waiting(Waiting const&) = delete;
    Waiting& operator=(Waiting const&) = delete;

  private:
    std::size_t& count_;
};

Receipts::Receipts(store::Reader& reader, SyncProgress& sync, Overview& overview)
    : reader_{reader}, sync_{sync}, overview_{overview} {}

/// Takes one key after the other from the end. A key that was accepted is not looked at again.
asio::awaitable<Receipt> Receipts::wait_for(std::vector<store::Unsynced> keys,
                                            std::chrono::seconds wait,
                                            std::shared_ptr<loop::Departure> departure) {
    Waiting const waiting{*this};
    auto const deadline = loop::Signal::Clock::now() + wait;
    Receipt receipt{wait};
    for (; !keys.empty(); keys.pop_back()) {
        auto const outcome = co_await fate(keys.back(), deadline, departure);
        if (outcome != Fate::synced) {
            receipt.reason = reason(outcome, keys.back().key);
            co_return receipt;
        }
        if (keys.size() % keys_at_once == 0) co_await asio::post(asio::use_awaitable);
    }
    receipt.synced = true;
    co_return receipt;
}

/// Waits while there is hope, and looks once more after the deadline.
asio::awaitable<Receipts::Fate> Receipts::fate(store::Unsynced key, Deadline deadline,
                                               std::shared_ptr<loop::Departure> departure) {
    bool still_waiting = true;
    auto outcome = reader_.fate_of(key);
    while (outcome == Fate::unsynced && still_waiting && goes_on_by_itself(sync_)) {
        still_waiting = co_await loop::Departure::wait_until(departure, sync_.progress(), deadline);
        outcome = reader_.fate_of(key);
    }
    co_return outcome;
}

std::string Receipts::reason(Fate fate, std::string const& key) {
    if (fate == Fate::replaced) return "\"" + key + "\" was changed again before the server had it";
    if (sync_.is_stopping()) return "settingsd is stopping";
    auto const& state = overview_.now();
    if (state_of(state) == sync::State::idle)
        return "an older value of \"" + key + "\" may still arrive there; a look soon tells";
    return summary(state);
}

/// Notifies nobody in vain: others who wait for progress read the store after each notification.
void Receipts::look_again() {
    if (waiting_ > 0) sync_.progress().notify();
}

}  // namespace settings::daemon
