#include "daemon/service/organizations.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "daemon/service/history.h"
#include "ipc/events.h"
#include "ipc/reply.h"
#include "model/limits.h"
#include "model/quote.h"
#include "model/rfc3339.h"

namespace settings::daemon {

namespace asio = boost::asio;

namespace {

using Kind = OrganizationCopy::Kind;

constexpr unsigned no_such_thing = 404;
constexpr unsigned unavailable = 503;

// What is kept for watchers that are busy.
constexpr std::size_t most_frames = 16;
constexpr std::size_t most_frame_bytes = 1'048'576;

/// Whether a request that was not answered may have been carried out.
bool may_have_arrived(sync::Failure const& failure) {
    return failure.fault == sync::Fault::unknown_outcome || failure.status != 0;
}

/// Nobody knows when it would be worth another try.
ipc::Reply without_promise(ipc::Reply reply) {
    reply.retry_after = std::chrono::seconds{0};
    return reply;
}

ipc::Reply unanswered_write(sync::Failure const& failure) {
    bool const is_open = may_have_arrived(failure);
    auto const sentence = (is_open ? "whether the service has received this is unknown: "
                                   : "nothing was sent to the service: ") +
                          failure.message;
    return without_promise(
        ipc::failure(unavailable, sentence, "outcome", is_open ? "unknown" : "not_sent"));
}

ipc::Reply unanswered_read(sync::Failure const& failure) {
    return without_promise(ipc::failure(
        unavailable,
        "the organization's settings are not on this machine yet: " + failure.message));
}

ipc::Reply unknown_there() {
    return ipc::failure(no_such_thing,
                        "the settings service knows no settings of organizations; it is asked "
                        "again a day later at the earliest");
}

ipc::Reply unknown_to_gateway() {
    return ipc::failure(no_such_thing,
                        "the settings service knows no settings of organizations, or something in "
                        "front of it does not know the way; it is asked again ten minutes later at "
                        "the earliest");
}

bool is_json(sync::Answer const& answer) {
    return answer.content_type.find("json") != std::string::npos &&
           parse_json(answer.body, {.depth = limits::json_depth}).has_value();
}

/// Settings are as long as they are. A refusal of such a length quotes what it was sent.
bool may_be_passed_on(sync::Answer const& answer) {
    constexpr std::size_t longest_refusal = 64 * 1024;
    bool const is_of_its_length = answer.status / 100 == 2 || answer.body.size() <= longest_refusal;
    return is_of_its_length && is_json(answer) && !may_tell(answer.body, answer.secrets);
}

ipc::Reply passed_on(sync::Answer const& answer) {
    if (sync::lacks_call(answer))
        return sync::failure_of(answer).by_gateway ? unknown_to_gateway() : unknown_there();
    ipc::Reply reply;
    if (may_be_passed_on(answer))
        reply.body = std::make_shared<std::string const>(answer.body);
    else
        reply = ipc::failure(answer.status, sync::failure_of(answer).message);
    reply.status = answer.status;
    reply.retry_after = std::chrono::duration_cast<std::chrono::seconds>(
        sync::retry_after(answer.retry_after, answer.date).value_or(Time{0}));
    return reply;
}

}  // namespace

ipc::Reply reply_to_write(sync::Remote::Outcome const& outcome) {
    if (auto const* failure = std::get_if<sync::Failure>(&outcome))
        return unanswered_write(*failure);
    return passed_on(std::get<sync::Answer>(outcome));
}

ipc::Reply reply_to_read(sync::Remote::Outcome const& outcome) {
    if (auto const* failure = std::get_if<sync::Failure>(&outcome))
        return unanswered_read(*failure);
    return passed_on(std::get<sync::Answer>(outcome));
}

ipc::Reply reply_from(OrganizationCopy const& copy, std::chrono::seconds age, bool is_stale) {
    if (copy.kind == Kind::unknown)
        return copy.words.empty() ? unknown_to_gateway() : unknown_there();
    ipc::Reply reply;
    if (copy.kind == Kind::none)
        reply = ipc::failure(no_such_thing, copy.words);
    else
        reply.body = std::make_shared<std::string const>(
            R"({"success":true,"settings":)" + model::to_text(copy.settings) + R"(,"stale":)" +
            (is_stale ? "true}" : "false}"));
    reply.age = age;
    return reply;
}

std::string entry_text(OrganizationChange const& change) {
    return R"({"origin":"organization","at":")" + rfc3339(change.at) + R"(","changes":)" +
           changes_text(change.changes) + '}';
}

asio::awaitable<ipc::Reply> Organizations::read() {
    auto const outcome = co_await organization_.read();
    if (outcome) co_return reply_to_read(*outcome);
    co_return reply_from(*organization_.copy(), organization_.age(), organization_.is_stale());
}

asio::awaitable<ipc::Reply> Organizations::write(ipc::WriteOrganization asked) {
    if (organization_.is_unknown_there()) co_return unknown_there();
    sync::Request request{std::move(asked.method), {}, std::move(asked.body)};
    auto const outcome = co_await organization_.write(std::move(request));
    co_return reply_to_write(outcome);
}

std::string Organizations::history() {
    auto const& copy = organization_.copy();
    if (!copy || copy->changes.empty()) return {};
    std::string text;
    for (auto const& change : copy->changes)
        text += (text.empty() ? '[' : ',') + entry_text(change);
    return text + ']';
}

void Organizations::tell(OrganizationChange const& change) {
    frames_.push_back(
        std::make_shared<std::string const>(ipc::event_frame("organization", entry_text(change))));
    frame_bytes_ += frames_.back()->size();
    while (frames_.size() > most_frames ||
           (frame_bytes_ > most_frame_bytes && frames_.size() > 1)) {
        frame_bytes_ -= frames_.front()->size();
        frames_.pop_front();
    }
    ++count_;
}

ipc::Asides Organizations::asides(std::optional<std::uint64_t> told) const {
    ipc::Asides asides{{}, count_};
    auto const missed = std::min<std::uint64_t>(count_ - told.value_or(count_), frames_.size());
    asides.frames.assign(frames_.end() - static_cast<std::ptrdiff_t>(missed), frames_.end());
    return asides;
}

}  // namespace settings::daemon
