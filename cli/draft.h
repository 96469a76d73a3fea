#pragma once

#include <string>

namespace settings::cli {

/// A text in a file of its own, for a person's editor to work on.
///
/// It stays, whatever happens, until it is removed: nothing that somebody wrote is lost.
class Draft {
  public:
    /// In $XDG_RUNTIME_DIR, else in $TMPDIR, else in /tmp; nobody else may read it. Throws
    /// std::runtime_error.
    explicit Draft(std::string text);

    [[nodiscard]] std::string const& file() const { return file_; }

    /// As it is now. Throws as read_whole() does.
    [[nodiscard]] std::string text() const;
    [[nodiscard]] bool is_untouched() const { return text() == original_; }

    /// Has $VISUAL, else $EDITOR, else vi work on it, and waits for its end. Returns what went
    /// wrong, empty for nothing.
    [[nodiscard]] std::string edit() const;

    void remove() const;

  private:
    std::string original_;
    std::string file_;
};

}  // namespace settings::cli
