#include "settings/async_watch.h"

#include <algorithm>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

#include "client/async_watch_link.h"

namespace settings::client {

namespace asio = boost::asio;
using Next = asio::awaitable<Result<std::optional<Event>>>;

AsyncWatch::AsyncWatch(std::shared_ptr<Link> link) : link_{std::move(link)} {}
AsyncWatch::~AsyncWatch() = default;
AsyncWatch::AsyncWatch(AsyncWatch&&) noexcept = default;
AsyncWatch& AsyncWatch::operator=(AsyncWatch&&) noexcept = default;

Next AsyncWatch::next(std::chrono::milliseconds timeout) { return Link::next(link_, timeout); }

void AsyncWatch::on_organization(std::function<void(Entry const&)> told) {
    link_->on_organization(std::move(told));
}

std::optional<Tag> AsyncWatch::cursor() const { return link_->cursor(); }

Next AsyncWatch::Link::next(std::shared_ptr<Link> link, std::chrono::milliseconds timeout) {
    auto const deadline = deadline_after(timeout);
    for (bool in_time = true;; in_time = Clock::now() < deadline) {
        if (auto event = link->stream_.take()) {
            if (!*event) co_return event->error();
            co_return std::move(**event);
        }
        if (!in_time) co_return std::nullopt;
        if (link->socket_ && !link->stream_.is_open()) link->end();
        if (!link->socket_) co_await link->connect(deadline);
        if (link->socket_) co_await link->receive(deadline);
    }
}

asio::awaitable<void> AsyncWatch::Link::connect(Clock::time_point deadline) {
    asio::steady_timer pause{executor_, std::min(not_before_, deadline)};
    co_await pause.async_wait(asio::use_awaitable);
    if (Clock::now() < not_before_) co_return;
    auto const text = text_of(stream_.open(), options_.app_name());
    auto fresh = std::make_shared<AsyncSocket>(executor_);
    auto const limit = std::min(deadline, deadline_after(options_.timeout()));
    auto error = co_await fresh->connect(socket_path_, limit);
    if (!error) error = co_await fresh->send(text, limit);
    if (error) co_return end();
    socket_ = std::move(fresh);
}

asio::awaitable<void> AsyncWatch::Link::receive(Clock::time_point deadline) {
    auto const error = co_await socket_->receive(deadline);
    if (error == std::errc::timed_out) co_return;
    if (socket_->received().empty()) co_return end();
    stream_.feed(socket_->received());
}

void AsyncWatch::Link::end() {
    stream_.end();
    socket_.reset();
    not_before_ = Clock::now() + stream_.pause();
}

}  // namespace settings::client
