#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

namespace settings {

/// A child process with an empty stdin. It is killed, if it still runs, when this goes.
class Process {
  public:
    /// Files that its output is appended to.
    struct Output {
        std::filesystem::path standard = "/dev/null";
        std::filesystem::path errors = "/dev/null";
    };

    /// Starts words[0], looked up in PATH, with this process's environment less what a session or
    /// service manager would steer the programs under test by. Throws std::system_error.
    Process(std::vector<std::string> const& words, Output const& output);
    ~Process();
    Process(Process const&) = delete;
    Process& operator=(Process const&) = delete;

    [[nodiscard]] pid_t pid() const { return pid_; }

    /// Throws std::system_error when it has ended and been waited for.
    void send(int signal) const;

    [[nodiscard]] bool has_ended();

    /// Waits for its end. Returns the exit status, or 128 + the signal that ended it. Throws
    /// std::runtime_error when that takes too long.
    int wait();

    /// Ends it at once, without a chance to clean up.
    void kill();

  private:
    pid_t pid_ = -1;
    bool ended_ = false;
    int status_ = 0;
};

/// The whole file; empty when there is none.
[[nodiscard]] std::string read_text(std::filesystem::path const& file);

/// Throws std::runtime_error.
void write_text(std::filesystem::path const& file, std::string const& text);

/// What a short-lived program printed, and how it ended.
struct Finished {
    int status;
    std::string output;
    std::string errors;
};

/// Runs a program to its end; `scratch` is an existing folder for its output.
[[nodiscard]] Finished run(std::vector<std::string> const& words,
                           std::filesystem::path const& scratch);

}  // namespace settings
