#include "client/event_stream.h"

#include <charconv>
#include <utility>

namespace settings::client {

bool EventStreamReader::feed(std::string_view bytes) {
    while (!bytes.empty()) {
        if (std::exchange(after_cr_, false) && bytes.front() == '\n') {
            bytes.remove_prefix(1);
            continue;
        }
        auto const end = bytes.find_first_of("\r\n");
        auto const piece = bytes.substr(0, end);
        if (line_.size() + piece.size() > limit_) return false;
        line_ += piece;
        if (end == bytes.npos) return true;
        after_cr_ = bytes[end] == '\r';
        bytes.remove_prefix(end + 1);
        if (!end_line()) return false;
    }
    return true;
}

std::optional<ServerEvent> EventStreamReader::take() {
    if (complete_.empty()) return std::nullopt;
    auto event = std::move(complete_.front());
    complete_.pop_front();
    return event;
}

bool EventStreamReader::end_line() {
    std::string const whole = std::exchange(line_, {});
    std::string_view line = whole;
    constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
    if (std::exchange(at_start_, false) && line.starts_with(byte_order_mark))
        line.remove_prefix(byte_order_mark.size());
    if (line.empty()) {
        end_event();
        return true;
    }
    auto const colon = line.find(':');
    if (colon == line.npos) return read_field(line, "");
    auto value = line.substr(colon + 1);
    if (value.starts_with(' ')) value.remove_prefix(1);
    return read_field(line.substr(0, colon), value);
}

bool EventStreamReader::read_field(std::string_view name, std::string_view value) {
    if (name == "data") {
        if (event_.data.size() + value.size() >= limit_) return false;
        event_.data.append(value).append("\n");
    } else if (name == "event") {
        event_.type = value;
    } else if (name == "id") {
        if (value.find('\0') == value.npos) event_.id = value;
    } else if (name == "retry") {
        unsigned milliseconds = 0;
        auto const [end, error] = std::from_chars(value.begin(), value.end(), milliseconds);
        if (error == std::errc{} && end == value.end())
            retry_ = std::chrono::milliseconds{milliseconds};
    }
    return true;
}

void EventStreamReader::end_event() {
    if (!event_.data.empty()) event_.data.pop_back();
    ServerEvent next{.id = event_.id};
    complete_.push_back(std::exchange(event_, std::move(next)));
}

}  // namespace settings::client
