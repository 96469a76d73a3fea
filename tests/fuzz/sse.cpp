#include <algorithm>
#include <utility>
#include <vector>

#include "client/event_stream.h"
#include "tests/fuzz/targets.h"

namespace settings::fuzz {
namespace {

using client::EventStreamReader;
using client::ServerEvent;

constexpr std::size_t limit = 1'000'000;

using Events = std::vector<ServerEvent>;

bool equal(Events const& one, Events const& other) {
    return std::ranges::equal(one, other, [](auto const& a, auto const& b) {
        return a.type == b.type && a.data == b.data && a.id == b.id;
    });
}

Events read(std::string_view stream, std::size_t piece) {
    EventStreamReader reader{limit};
    for (; !stream.empty(); stream.remove_prefix(std::min(piece, stream.size())))
        expect(reader.feed(stream.substr(0, piece)), "a short stream is within the limit");
    Events events;
    while (auto event = reader.take()) events.push_back(*std::move(event));
    return events;
}

// The rules of HTML, 9.2.6, in their order.

std::vector<std::string> lines_of(std::string_view stream) {
    if (stream.starts_with("\xEF\xBB\xBF")) stream.remove_prefix(3);
    std::vector<std::string> lines;
    std::string line;
    for (std::size_t at = 0; at < stream.size(); ++at) {
        bool const ends = stream[at] == '\r' || stream[at] == '\n';
        if (!ends) line += stream[at];
        if (ends) lines.push_back(std::exchange(line, {}));
        if (stream.substr(at, 2) == "\r\n") ++at;
    }
    return lines;
}

void process(std::string const& line, ServerEvent& event) {
    auto const colon = line.find(':');
    auto const name = line.substr(0, colon);
    auto value = colon == line.npos ? "" : line.substr(colon + 1);
    if (value.starts_with(' ')) value.erase(0, 1);
    if (name == "data") event.data += value + '\n';
    if (name == "event") event.type = value;
    if (name == "id" && value.find('\0') == value.npos) event.id = value;
}

Events by_the_rules(std::string_view stream) {
    Events events;
    ServerEvent event;
    for (auto const& line : lines_of(stream)) {
        if (!line.empty()) {
            process(line, event);
            continue;
        }
        if (!event.data.empty()) event.data.pop_back();
        events.push_back(event);
        event = {.id = event.id};
    }
    return events;
}

}  // namespace

void sse(std::string_view bytes) {
    if (bytes.size() >= limit) return;
    auto const events = read(bytes, bytes.size() + 1);
    expect(equal(events, by_the_rules(bytes)), "events are read by the rules");
    for (std::size_t const piece : {1, 3})
        expect(equal(events, read(bytes, piece)), "it does not matter how a stream is cut");
    constexpr std::size_t small = 16;
    EventStreamReader reader{small};
    if (!reader.feed(bytes)) return;
    while (auto const event = reader.take())
        expect(event->data.size() <= small, "no event is larger than the limit");
}

}  // namespace settings::fuzz
