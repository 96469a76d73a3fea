#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "settings/history.h"
#include "settings/value.h"

namespace settings::client {

/// What to undo: a revision, all since a time, or, when nothing is said, the newest edit made here
/// that is not undone yet.
class UndoOrder {
  public:
    UndoOrder() {}
    UndoOrder(Revision revision) : revision_{revision} {}

    /// Also the same app's changes that follow one another within seconds.
    UndoOrder& burst(bool burst = true) {
        burst_ = burst;
        return *this;
    }

    /// In place of a revision all from a time on, whoever made the changes.
    UndoOrder& since(Time time) {
        since_ = time;
        return *this;
    }

    /// Also values that were changed again since.
    UndoOrder& force(bool force = true) {
        force_ = force;
        return *this;
    }

    /// As WriteOptions::wait().
    UndoOrder& wait(std::chrono::seconds wait) {
        wait_ = wait;
        return *this;
    }

    /// Only tells what it would do.
    UndoOrder& dry_run(bool dry_run = true) {
        dry_run_ = dry_run;
        return *this;
    }

    /// Does nothing unless the settings are still in that state.
    UndoOrder& only_if(std::optional<Tag> tag) {
        only_if_ = std::move(tag);
        return *this;
    }

    [[nodiscard]] std::optional<Revision> revision() const { return revision_; }
    [[nodiscard]] bool burst() const { return burst_; }
    [[nodiscard]] std::optional<Time> since() const { return since_; }
    [[nodiscard]] bool force() const { return force_; }
    [[nodiscard]] bool dry_run() const { return dry_run_; }
    [[nodiscard]] std::optional<Tag> const& only_if() const { return only_if_; }
    [[nodiscard]] std::chrono::seconds wait() const { return wait_; }

  private:
    std::optional<Revision> revision_;
    bool burst_ = false;
    std::optional<Time> since_;
    bool force_ = false;
    bool dry_run_ = false;
    std::optional<Tag> only_if_;
    std::chrono::seconds wait_ = {};
};

/// What an undo did.
struct Undone {
    Revision revision = 0;        ///< revision that has the undo on this machine's disk
    std::uint64_t undone = 0;     ///< how many revisions were undone
    bool synced = false;          ///< with a wait: the server has accepted it
    std::string reason;           ///< with a wait, when not synced: what stands in the way
    std::vector<Change> changes;  ///< what it changed
    Json answer = {};             ///< the daemon's whole answer
    Tag tag = {};                 ///< names the settings as this edit left them
};

}  // namespace settings::client
