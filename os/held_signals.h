#pragma once

#include <signal.h>

#include <initializer_list>
#include <optional>

#include "os/descriptor.h"

namespace settings::os {

/// Signals that wait as long as this lives. Those that were not taken come then.
///
/// For a program of one thread, or made before all other threads, which then hold them back, too.
/// They wait over an execve(2) as well. Of several, the last one that was made goes first.
class HeldSignals {
  public:
    /// Throws std::runtime_error.
    explicit HeldSignals(std::initializer_list<int> numbers);
    HeldSignals(HeldSignals const&) = delete;
    HeldSignals& operator=(HeldSignals const&) = delete;
    ~HeldSignals();

    /// Can be read, as poll(2) has it, while one waits.
    [[nodiscard]] int descriptor() const { return waiting_.number(); }

    /// One that waits, and from now on does not.
    [[nodiscard]] std::optional<int> take() const;

    /// Has one of them come after all, to this thread, now: returns once it did what it does.
    void let_come(int number) const;

  private:
    sigset_t before_{};
    Descriptor waiting_;
};

}  // namespace settings::os
