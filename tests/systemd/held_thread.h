#pragma once

#include <sys/types.h>

#include <string>

namespace settings::systemd_test {

/// A thread of another process that gets nowhere, as if the disk or its own code held it, while the
/// others go on (ptrace(2)). For the thread that made it, which has to have the right to do that.
class HeldThread {
  public:
    /// Holds it where it is. Threads are found by name. Throws std::runtime_error.
    HeldThread(pid_t process, std::string const& name);
    /// Lets it go on.
    ~HeldThread();
    HeldThread(HeldThread const&) = delete;
    HeldThread& operator=(HeldThread const&) = delete;

    /// Lets it go on to its next call of that number (syscalls(2)), and holds it before that.
    void hold_at(long call);

    /// Waits until it is killed. Its process is not known to have ended before.
    void wait_for_end();

  private:
    pid_t id_;
};

}  // namespace settings::systemd_test
