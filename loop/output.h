#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "os/descriptor.h"

namespace settings::loop {

/// Lines that are only told: to a pipe, a socket, a terminal or a file. Never waits for whoever
/// reads them. What does not fit now, or nobody reads any more, is dropped and counted, and the
/// next line that fits is preceded by how many.
///
/// One thread. Not for a process that has not set SIGPIPE aside.
class Output {
  public:
    /// Lines are cut at so many bytes, and so reach a pipe whole or not at all (PIPE_BUF, pipe(7)).
    static constexpr std::size_t line_bytes = 4'096;

    /// `descriptor` stays the caller's, and others may go on writing to it as they did: what is
    /// behind a pipe or a terminal is opened once more, for its own flags.
    explicit Output(int descriptor);

    /// Tells one line, without its line break. `notice` makes of the number of dropped lines the
    /// one that tells of them.
    template <class Notice>
    void tell(std::string_view line, Notice const& notice) {
        if (dropped_ > 0 && write(notice(dropped_))) dropped_ = 0;
        if (dropped_ > 0 || !write(std::string{line})) ++dropped_;
    }

  private:
    [[nodiscard]] bool write(std::string line);
    [[nodiscard]] bool takes_more() const;
    [[nodiscard]] std::int64_t write_now(std::string_view bytes) const;

    int descriptor_;
    os::Descriptor own_;
    bool is_socket_ = false;
    bool torn_ = false;  ///< the last line lacks its end
    std::uint64_t dropped_ = 0;
};

}  // namespace settings::loop
