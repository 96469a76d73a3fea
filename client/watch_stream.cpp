#include "client/watch_stream.h"

#include <algorithm>
#include <utility>

#include "client/answers.h"
#include "client/fields.h"
#include "client/target.h"

namespace settings::client {
namespace {

constexpr std::size_t event_bytes = 128UL * 1024 * 1024;  ///< twice the largest document
constexpr std::chrono::milliseconds shortest_pause{100};  ///< whatever the stream asks for
constexpr std::chrono::seconds longest_wish{30};

/// True for a status after which the same request may be accepted in a moment.
bool is_passing(unsigned status) { return status == 408 || status == 429 || status >= 500; }

/// Nothing when the block is no event of ours: a heartbeat, or one that only a newer daemon has.
std::optional<Result<Event>> event_of(ServerEvent const& block) {
    if (block.type != "change" && block.type != "reset") return std::nullopt;
    Json data = Json::parse(block.data, nullptr, /*allow_exceptions=*/false);
    auto const revision = number_field<Revision>(data, "revision");
    if (!revision) return not_understood("holds an event without a revision");
    if (block.type == "change") return Event{entry_from(std::move(data))};
    auto settings = value_field(data, "settings");
    if (!settings) return not_understood("holds a reset without the settings");
    return Event{Reset{*revision, std::move(*settings)}};
}

}  // namespace

Request WatchStream::open() {
    reply_.emplace(ReplyReader::Body::endless);
    events_ = EventStreamReader{event_bytes};
    Target target{"/v1/watch"};
    target.with("since", arrived_.value_or("")).with("path", query_.path);
    return {.method = "GET", .target = target.text()};
}

void WatchStream::feed(std::string_view bytes) {
    if (!reply_->feed(bytes)) return give_up(not_understood("is not HTTP"));
    if (!reply_->has_head()) return;
    if (reply_->status() == 200) return read_events();
    if (reply_->is_done()) judge_refusal();
}

void WatchStream::end() {
    ++failures_;
    if (!reply_) return;
    bool const is_whole = reply_->close();
    if (is_whole && reply_->status() != 200) return judge_refusal();
    reply_.reset();
}

void WatchStream::judge_refusal() {
    if (!is_passing(reply_->status())) error_ = refusal(reply_->take());
    reply_.reset();
}

void WatchStream::read_events() {
    if (!reply_->content_type().starts_with("text/event-stream"))
        return give_up(not_understood("is no stream of events"));
    if (!events_.feed(reply_->take_body()))
        return give_up(not_understood("holds an event that is too large"));
    if (auto const retry = events_.retry())
        longest_pause_ =
            std::clamp<std::chrono::milliseconds>(*retry, shortest_pause, longest_wish);
    while (auto block = events_.take()) {
        failures_ = 0;
        if (!block->id.empty()) arrived_ = block->id;
        waiting_.push_back(std::move(*block));
    }
}

/// What came after the last event that was taken is asked for again.
void WatchStream::give_up(Error error) {
    error_ = std::move(error);
    waiting_.clear();
    arrived_ = cursor_;
    reply_.reset();
}

std::optional<Result<Event>> WatchStream::take() {
    while (!waiting_.empty()) {
        auto const block = std::move(waiting_.front());
        waiting_.pop_front();
        if (block.type == "organization") {
            told_(entry_from(Json::parse(block.data, nullptr, /*allow_exceptions=*/false)));
            continue;
        }
        auto event = event_of(block);
        if (event && !*event) {
            give_up(event->error());
            break;
        }
        if (!block.id.empty()) cursor_ = block.id;
        if (event) return event;
    }
    if (auto error = std::exchange(error_, std::nullopt)) return std::move(*error);
    return std::nullopt;
}

std::chrono::milliseconds WatchStream::pause() const {
    if (failures_ == 0) return {};
    return std::min(longest_pause_, shortest_pause * (1 << std::min(failures_ - 1, 10)));
}

}  // namespace settings::client
