#pragma once

#include <optional>
#include <string>

#include "os/descriptor.h"

namespace settings::cli {

/// The terminal that a person sits at, wherever input and output are redirected to.
class Terminal {
  public:
    /// Throws UsageError when there is none, with what to do `otherwise`.
    explicit Terminal(std::string const& otherwise);

    /// Asks for one line. Throws UsageError when the person leaves it empty.
    [[nodiscard]] std::string ask(std::string const& question) const;

    /// Asks for yes or no: no is what begins with an n, and the end of the input.
    [[nodiscard]] bool agrees(std::string const& question) const;

    /// Shows what is about to be done and asks whether to do it: yes is what begins with a y.
    [[nodiscard]] bool approves(std::string const& what, std::string const& question) const;

    /// Asks for one letter, which comes in lower case; a blank for an empty line, nothing at the
    /// end of the input.
    [[nodiscard]] std::optional<char> choice(std::string const& question) const;

    void show(std::string const& text) const { say(text); }

    /// Asks for one line that is not shown. However that ends, by a signal too, the terminal shows
    /// what is typed again.
    [[nodiscard]] std::string ask_hidden(std::string const& question) const;

  private:
    void say(std::string const& text) const;
    [[nodiscard]] std::optional<std::string> line() const;
    [[nodiscard]] std::string line_with_text() const;

    os::Descriptor terminal_;
};

}  // namespace settings::cli
