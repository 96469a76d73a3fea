#pragma once

#include <sys/types.h>

#include <functional>
#include <string>
#include <vector>

namespace settings::systemd_test {

/// Something to try, named as what it would achieve.
struct Act {
    std::string name;
    /// 0 when it was done, else the errno. Tried in a process of its own, so that what it changes
    /// of the process needs no undoing.
    std::function<int()> attempt;
};

using Acts = std::vector<Act>;

/// Each a table by theme, of what may be tried by whoever this process runs as: outside of the
/// sandbox all of it succeeds. Names that begin with "needed, " stand for what the daemon could not
/// do without.
[[nodiscard]] Acts acts_on_files();
[[nodiscard]] Acts acts_on_programs();
[[nodiscard]] Acts acts_on_processes();
[[nodiscard]] Acts acts_on_the_kernel();
[[nodiscard]] Acts acts_of_root();

/// Whether it runs under the manager of a person, which can do less than the system's.
[[nodiscard]] bool is_of_a_person();
[[nodiscard]] bool is_root();
/// The folder that the daemon may write to.
[[nodiscard]] std::string state_folder();

/// 0 or the errno, of a system call that says so by a negative number, or by an address.
[[nodiscard]] int outcome(long result);
[[nodiscard]] int outcome(void* address);

/// What comes of opening, and of reading the first byte; never waits.
[[nodiscard]] int try_to_open(std::string const& path, int flags);
[[nodiscard]] int try_to_read(std::string const& path);
/// What comes of `attempt` on a file of this process's own, which is gone afterwards.
[[nodiscard]] int try_on_own_file(std::function<int(std::string const& path)> const& attempt);
[[nodiscard]] int try_to_connect(std::string const& socket);

/// The process whose number is in that file. Throws std::runtime_error.
[[nodiscard]] pid_t process_in(std::string const& file);

}  // namespace settings::systemd_test
