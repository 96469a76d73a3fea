#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <string>
#include <vector>

#include "model/result.h"
#include "model/time.h"

namespace settings::sync {

/// A program of the user's that prints an access token.
///
/// It runs without a shell, in a process group of its own, with nothing of ours but PATH, HOME and
/// XDG_RUNTIME_DIR: no descriptors, no input. Its end, or that of its time, is the end of the whole
/// group. For the loop's thread.
class TokenCommand {
  public:
    static constexpr Time usual_limit = std::chrono::seconds{30};

    /// `words` are the program, by its absolute path, and its arguments.
    TokenCommand(boost::asio::any_io_executor executor, std::vector<std::string> words,
                 Time limit = usual_limit);
    /// Ends what runs.
    ~TokenCommand();

    /// Runs it once and returns the token. One run at a time.
    ///
    /// Errors: busy when this machine cannot start programs now; bad_request when it cannot be
    /// started, does not end in time, fails, or prints anything but one token. What it printed is
    /// in no error text.
    [[nodiscard]] boost::asio::awaitable<Result<std::string>> run();

    /// Ends what runs; run() then returns an error.
    void stop();

  private:
    class Child;
    struct Outcome;

    [[nodiscard]] Result<void> start();
    void arm_deadline();
    [[nodiscard]] Result<std::string> token_from(Outcome const& outcome) const;
    [[nodiscard]] Error not_started(int error) const;
    [[nodiscard]] Error failed(std::string const& how) const;

    boost::asio::any_io_executor executor_;
    std::vector<std::string> words_;
    Time limit_;
    boost::asio::steady_timer deadline_;
    std::unique_ptr<Child> child_;  ///< while it runs
    bool late_ = false;
};

}  // namespace settings::sync
