// A session's last request: a stream of events.

#include <utility>

#include "ipc/events.h"
#include "ipc/session.h"

namespace settings::ipc {

namespace asio = boost::asio;

/// Streams what follows the cursor until one side leaves. There is no queue: what a slow client has
/// not taken stays in the history.
asio::awaitable<void> Session::stream(Watch watch) {
    streaming_ = true;
    parser_.reset();
    buffer_ = boost::beast::flat_buffer{};  // a watcher that waits should cost little
    text_ = RequestText{};
    Tag cursor = handler_.head();
    if (watch.since) cursor = {watch.since->revision, watch.since->store.value_or(cursor.store)};
    auto told = handler_.asides({}).count;
    render_stream_head(head_, cursor);
    Buffers first{asio::buffer(head_)};
    bool live = co_await write(std::move(first));
    watching_.emplace(handler_.changed());
    notice_leaving_client();
    while (live && !client_left_ && !finishing_) {
        Events events = co_await handler_.events(cursor, watch.path);
        bool is_news = std::exchange(cursor, events.cursor) != events.cursor;
        if (watch.path.empty()) is_news |= add_asides(events, told);
        if (!is_news)
            live = co_await await_change(cursor);
        else if (!events.frames.empty())
            live = co_await pass_on(std::move(events));
    }
}

/// Adds what is told aside since the first `told` of it. False when there is nothing.
bool Session::add_asides(Events& events, std::uint64_t& told) const {
    auto const asides = handler_.asides(told);
    events.frames.insert(events.frames.end(), asides.frames.begin(), asides.frames.end());
    return std::exchange(told, asides.count) != asides.count;
}

/// Holds on to the frames, which others have too, until they are written.
asio::awaitable<bool> Session::pass_on(Events events) {
    Buffers buffers;
    for (auto const& frame : events.frames) buffers.push_back(asio::buffer(*frame));
    co_return co_await write(std::move(buffers));
}

/// Waits for something new, with a heartbeat if that takes long. No suspension since the look at
/// what there is, so no wake-up is lost: a look that found nothing did not wait.
asio::awaitable<bool> Session::await_change(Tag cursor) {
    bool const woken =
        co_await watching_->wait_until(loop::Signal::Clock::now() + timeouts_.heartbeat);
    if (woken) co_return true;
    head_ = heartbeat_frame(cursor);
    Buffers beat{asio::buffer(head_)};
    co_return co_await write(std::move(beat));
}

/// A client that closes its side has left, which need not wait for a heartbeat to be noticed. One
/// that goes on talking counts as one that left, since nobody listens to it any more.
void Session::notice_leaving_client() {
    socket_.async_wait(Socket::wait_read, [weak = weak_from_this()](auto const&) {
        if (auto const self = weak.lock()) self->on_client_left();
    });
}

void Session::on_client_left() {
    client_left_ = true;
    if (watching_) watching_->wake();
}

}  // namespace settings::ipc
