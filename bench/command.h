#pragma once

#include <sys/types.h>

#include <string>
#include <utility>
#include <vector>

namespace settings::bench {

/// A program with its arguments, found on the path, and variables for it beside our own.
struct Command {
    std::vector<std::string> words;
    std::vector<std::pair<std::string, std::string>> variables = {};
};

/// Runs a command, its output thrown away, and returns its time from the call to its end in
/// milliseconds. Throws std::runtime_error when it cannot be run or fails.
double run_to_end(Command const& command);

/// A command that runs until this goes, without a word. Dies with this process.
class Running {
  public:
    explicit Running(Command const& command);
    ~Running();
    Running(Running const&) = delete;
    Running& operator=(Running const&) = delete;

  private:
    pid_t pid_;
};

/// Whether there is such a program on the path.
[[nodiscard]] bool is_installed(std::string const& program);

}  // namespace settings::bench
