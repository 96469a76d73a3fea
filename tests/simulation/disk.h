#pragma once

#include <memory>

#include "store/ledger.h"
#include "store/schema.h"
#include "store/view.h"

namespace settings::simulation {

/// One device's store: the real ledger on a database in memory, which outlives each crash of the
/// daemon that used it. What was not committed by then is gone.
class Disk {
  public:
    explicit Disk(store::WallClock clock);

    /// Runs `work` on the ledger in one transaction. Returns false, with nothing written, when
    /// the disk is full.
    template <class Work>
    bool write(Work const& work) {
        begin_.run();
        work(*ledger_);
        if (is_full_) {
            roll_back();
            return false;
        }
        commit_.run();
        return true;
    }

    /// As write(), but the power goes before the commit.
    template <class Work>
    void write_and_crash(Work const& work) {
        begin_.run();
        work(*ledger_);
        restart();
    }

    /// What a new process finds.
    void restart();

    [[nodiscard]] store::Ledger& ledger() { return *ledger_; }
    void set_full(bool is_full) { is_full_ = is_full; }
    [[nodiscard]] bool is_full() const { return is_full_; }

    // What stands there, read past the ledger.

    /// The document that the rows make.
    [[nodiscard]] Json document();
    /// The journal's changes after a revision, oldest first.
    [[nodiscard]] std::vector<Json> journal_after(Revision revision);
    /// The keys whose local value is not the mirror: both values.
    [[nodiscard]] std::map<std::string, store::Setting> dirty();
    [[nodiscard]] std::optional<std::string> local(std::string const& key);
    struct Rejected {
        std::string key;
        std::string message;
    };
    [[nodiscard]] std::vector<Rejected> rejected();
    [[nodiscard]] std::vector<std::int64_t> conflicts();

  private:
    void roll_back();

    store::WallClock clock_;
    store::Connection connection_;
    std::unique_ptr<store::Ledger> ledger_;
    store::Statement begin_;
    store::Statement commit_;
    store::Statement roll_back_;
    store::Statement document_;
    store::Statement journal_;
    store::Statement dirty_;
    store::Statement local_;
    store::Statement rejected_;
    store::Statement conflicts_;
    bool is_full_ = false;
    unsigned restarts_ = 0;
};

}  // namespace settings::simulation
