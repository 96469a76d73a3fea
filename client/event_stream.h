#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <string_view>

namespace settings::client {

/// One block of a stream of Server-Sent Events, up to its blank line.
struct ServerEvent {
    std::string type = {};  ///< empty for "message"
    std::string data = {};  ///< lines joined by '\n'
    std::string id = {};    ///< the last one given so far
};

/// Reads Server-Sent Events (HTML, 9.2) out of bytes, however they are cut: lines end with CR, LF
/// or both, comments and unknown fields are passed over.
///
/// Other than a browser it also tells blocks without data, since these move the id on.
class EventStreamReader {
  public:
    /// `limit`: bytes of one line, and of one event's data.
    explicit EventStreamReader(std::size_t limit) : limit_{limit} {}

    /// Returns false when the limit is passed; there is no way on from there.
    [[nodiscard]] bool feed(std::string_view bytes);

    /// The next block that is complete.
    [[nodiscard]] std::optional<ServerEvent> take();

    /// How long the sender wants one to wait before connecting again.
    [[nodiscard]] std::optional<std::chrono::milliseconds> retry() const { return retry_; }

  private:
    [[nodiscard]] bool end_line();
    [[nodiscard]] bool read_field(std::string_view name, std::string_view value);
    void end_event();

    std::size_t limit_;
    std::string line_;
    bool after_cr_ = false;  ///< an LF that comes now belongs to the CR before it
    bool at_start_ = true;   ///< a byte order mark may still come
    ServerEvent event_;
    std::deque<ServerEvent> complete_;
    std::optional<std::chrono::milliseconds> retry_;
};

}  // namespace settings::client
