#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <string>
#include <utility>
#include <vector>

#include "daemon/driver/sync_controls.h"
#include "daemon/driver/sync_progress.h"

namespace settings::daemon {

/// Stands where a test puts it, and remembers what it was told.
class FakeSync final : public SyncProgress, public SyncControls {
  public:
    explicit FakeSync(boost::asio::any_io_executor executor) : progress_{std::move(executor)} {}

    [[nodiscard]] sync::Posture const& posture() const override { return now_in; }
    [[nodiscard]] sync::Report report() const override { return reported; }
    [[nodiscard]] Time now() const override { return std::chrono::hours{1}; }
    [[nodiscard]] std::optional<std::chrono::seconds> clock_skew() const override { return {}; }
    [[nodiscard]] bool is_stopping() const override { return stopping; }
    [[nodiscard]] loop::Signal& progress() override { return progress_; }

    void sync_now() override { told.emplace_back("sync now"); }
    void decide(Verdict verdict) override {
        told.emplace_back(verdict == Verdict::apply ? "apply" : "refuse");
    }
    void decided(std::optional<MassChange> rest) override {
        told.emplace_back("decided");
        reported.in_review = std::move(rest);
    }
    void decide(Meeting meeting, Exceptions exceptions) override {
        told.emplace_back(name_of(meeting));
        for (auto const& key : exceptions.account) told.push_back("account: " + key);
        for (auto const& key : exceptions.device) told.push_back("device: " + key);
    }
    void pause() override {
        told.emplace_back("pause");
        now_in = sync::Paused{};
    }
    void resume() override {
        told.emplace_back("resume");
        now_in = sync::Resting{now(), sync::Rest::due};
    }
    [[nodiscard]] std::string memory() const override {
        return std::holds_alternative<sync::Paused>(now_in) ? "paused" : "not paused";
    }

    /// Moves to a posture, as a step of a round does.
    void move_to(sync::Posture next) {
        now_in = std::move(next);
        progress_.notify();
    }

    sync::Posture now_in = sync::Resting{std::chrono::hours{2}, sync::Rest::idle};
    sync::Report reported;
    bool stopping = false;
    std::vector<std::string> told;

  private:
    loop::Signal progress_;
};

}  // namespace settings::daemon
