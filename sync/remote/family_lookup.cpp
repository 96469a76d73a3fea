#include "sync/remote/family_lookup.h"

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <system_error>
#include <thread>
#include <utility>

namespace settings::sync {
namespace {

/// What the threads of one lookup find; for all of them.
class Answers {
  public:
    void add(NameLookup::Found answer) {
        std::lock_guard const lock{mutex_};
        ++ended_;
        bool const is_first = !best_;
        bool const has_addresses = std::holds_alternative<NameLookup::Endpoints>(answer);
        if (is_first || (has_addresses && !has_found())) best_ = std::move(answer);
        changed_.notify_all();
    }

    /// The first addresses, or why there are none once so many threads have ended.
    [[nodiscard]] NameLookup::Found wait(int threads) {
        std::unique_lock lock{mutex_};
        changed_.wait(lock, [&] { return has_found() || ended_ == threads; });
        return *best_;
    }

    /// The same of the first thread, or nothing when that takes longer.
    [[nodiscard]] std::optional<NameLookup::Found> wait_for(std::chrono::milliseconds patience) {
        std::unique_lock lock{mutex_};
        changed_.wait_for(lock, patience, [&] { return ended_ > 0; });
        return best_;
    }

  private:
    [[nodiscard]] bool has_found() const {
        return best_ && std::holds_alternative<NameLookup::Endpoints>(*best_);
    }

    std::mutex mutex_;
    std::condition_variable changed_;
    std::optional<NameLookup::Found> best_;
    int ended_ = 0;
};

}  // namespace

NameLookup::Found find_by_family(AskFamily const& ask, std::string const& host,
                                 std::string const& port, std::chrono::milliseconds patience) {
    auto const answers = std::make_shared<Answers>();
    int threads = 0;
    auto const start = [&](Family family) {
        std::thread{[answers, ask, family, host, port] {
            answers->add(ask(family, host, port));
        }}.detach();
        ++threads;
    };
    try {
        start(Family::any);
        if (auto found = answers->wait_for(patience)) return *std::move(found);
        start(Family::v4);
        start(Family::v6);
    } catch (std::system_error const&) {  // out of threads
        if (threads == 0) return "this machine has no room for a name lookup just now";
    }
    return answers->wait(threads);
}

}  // namespace settings::sync
