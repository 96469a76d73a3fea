#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>

#include "bench/stock.h"

namespace settings::bench {

/// Memory of a process in MiB. The kernel shows the last two to its owner only while it may be
/// dumped, which settingsd may not: they are 0 for anyone but root.
struct Memory {
    double resident = 0;
    double proportional = 0;  ///< shared pages counted in parts (Pss)
    double unshared = 0;      ///< its own alone
};

/// A real settingsd on a store of its own, with a server that nobody listens for and no token, so
/// that nothing is ever sent. Stopped when this goes, and killed should this process die first.
class Process {
  public:
    /// Fills the store, starts the daemon and makes a few hundred edits. `folder` must not exist
    /// yet, and has to be on the disk to be measured. Throws std::runtime_error.
    Process(std::filesystem::path const& program, std::filesystem::path folder, Stock stock);
    ~Process();
    Process(Process const&) = delete;
    Process& operator=(Process const&) = delete;

    [[nodiscard]] std::filesystem::path socket() const { return folder_ / "run/socket"; }

    /// Transactions committed so far; only differences mean something. Counts modulo 2³².
    [[nodiscard]] std::uint32_t commits() const;

    /// How often its threads have gone to sleep, and so been woken, in all.
    [[nodiscard]] std::int64_t wakeups() const;

    [[nodiscard]] Memory memory() const;

  private:
    void write_config(store::Retention kept) const;
    void start(std::filesystem::path const& program);
    void wait_until_it_answers();
    void reuse_write_ahead_log(Stock stock) const;

    std::filesystem::path folder_;
    pid_t pid_ = -1;
};

}  // namespace settings::bench
