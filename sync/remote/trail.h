#pragma once

#include <chrono>
#include <string>
#include <vector>

namespace settings::sync {

/// The steps from this machine to the service, in the order in which they are taken.
enum class Step {
    name,         ///< the addresses of whom the connection is made to: the server, or the proxy
    route,        ///< whether the kernel knows a way to one of them
    connection,   ///< TCP
    proxy,        ///< its tunnel to the server; no step without a proxy
    tls,          ///< the handshake, and the files that it takes
    certificate,  ///< the server's, which is checked within the handshake
    login,        ///< whether the service takes the token
    service,      ///< what it answers
};

/// The enumerator as a word, for programs and logs.
[[nodiscard]] char const* name_of(Step step);

/// Notes each step of a call while it is taken: how long it took, and what was found there. Of a
/// call that failed the last step is the one at which it ended.
class Trail {
  public:
    using Clock = std::chrono::steady_clock;
    struct Mark {
        Step step;
        Clock::duration took{};
        std::string found = {};  ///< for a person; may be empty
    };

    /// A step begins, and the one before it is done.
    void begin(Step step);

    /// What there is to say of the step in hand.
    void note(std::string found);

    /// The step in hand, if there is one, is done.
    void end();

    [[nodiscard]] std::vector<Mark> const& marks() const { return marks_; }

  private:
    std::vector<Mark> marks_;
    Clock::time_point began_;
    bool is_under_way_ = false;
};

}  // namespace settings::sync
