#pragma once

#include <string>
#include <vector>

#include "tests/systemd/user.h"

namespace settings::systemd_test {

/// What bait.h names, laid out for acts of one user's, and taken away in the end.
class LaidBait {
  public:
    /// Some of it belongs to `other`.
    LaidBait(User const& user, User const& other);
    ~LaidBait();
    LaidBait(LaidBait const&) = delete;
    LaidBait& operator=(LaidBait const&) = delete;

    /// The places where an act left something that is seen here. It is gone then.
    [[nodiscard]] std::vector<std::string> take_replies() const;

  private:
    /// Waits for others to use.
    class Sleeper {
      public:
        explicit Sleeper(User const& user);
        [[nodiscard]] pid_t pid() const { return process_.pid(); }

      private:
        Process process_;
    };

    /// As one that a user has open in a window.
    class Terminal {
      public:
        explicit Terminal(User const& user);
        ~Terminal();
        Terminal(Terminal const&) = delete;
        Terminal& operator=(Terminal const&) = delete;
        [[nodiscard]] std::string path() const;

      private:
        int keyboard_;
    };

    User user_;
    User other_;
    Sleeper neighbour_;
    Sleeper stranger_;
    Terminal terminal_;
    int shared_memory_;
};

}  // namespace settings::systemd_test
