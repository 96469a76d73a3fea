#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

namespace settings {

/// A program at a terminal of its own. It is killed, if it still runs, when this goes.
class TerminalSession {
  public:
    struct Size {
        unsigned short rows = 40;
        unsigned short columns = 200;
    };

    /// Starts words[0], looked up in PATH. Throws std::runtime_error.
    explicit TerminalSession(std::vector<std::string> const& words)
        : TerminalSession{words, Size{}} {}
    TerminalSession(std::vector<std::string> const& words, Size size);
    TerminalSession(TerminalSession const&) = delete;
    TerminalSession& operator=(TerminalSession const&) = delete;
    ~TerminalSession();

    /// Reads what is shown until the text is there, behind what was expected before. Throws
    /// std::runtime_error when the program ends without it.
    void expect(std::string const& text);

    void type(std::string const& text) const;
    void send(int signal) const;

    /// As a person does with the window; the terminal tells the program.
    void resize(Size size) const;

    /// Whether the terminal shows what is typed.
    [[nodiscard]] bool echoes() const;

    /// Reads the rest of what is shown. Returns the status of waitpid(2).
    int wait();

    [[nodiscard]] std::string const& shown() const { return shown_; }

  private:
    bool read_more();

    int terminal_ = -1;
    pid_t pid_ = -1;
    std::string shown_;
    std::size_t expected_ = 0;  ///< of it
};

}  // namespace settings
