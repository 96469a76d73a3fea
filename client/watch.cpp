#include "settings/watch.h"

#include <algorithm>
#include <array>
#include <thread>
#include <utility>

#include "client/watch_link.h"

namespace settings::client {

Watch::Watch(std::unique_ptr<Link> link) : link_{std::move(link)} {}
Watch::~Watch() = default;
Watch::Watch(Watch&&) noexcept = default;
Watch& Watch::operator=(Watch&&) noexcept = default;

Result<std::optional<Event>> Watch::next(std::chrono::milliseconds timeout) {
    return link_->next(deadline_after(timeout));
}

void Watch::on_organization(std::function<void(Entry const&)> told) {
    link_->on_organization(std::move(told));
}

std::optional<Tag> Watch::cursor() const { return link_->cursor(); }

Result<std::optional<Event>> Watch::Link::next(Clock::time_point deadline) {
    for (bool in_time = true;; in_time = Clock::now() < deadline) {
        if (auto event = stream_.take()) {
            if (!*event) return event->error();
            return std::move(**event);
        }
        if (!in_time) return std::nullopt;
        if (socket_ && !stream_.is_open()) end();
        if (!socket_) connect(deadline);
        if (socket_) receive(deadline);
    }
}

void Watch::Link::connect(Clock::time_point deadline) {
    std::this_thread::sleep_until(std::min(not_before_, deadline));
    if (Clock::now() < not_before_) return;
    auto const text = text_of(stream_.open(), options_.app_name());
    Socket fresh;
    auto const limit = std::min(deadline, deadline_after(options_.timeout()));
    auto error = fresh.connect(socket_path_, limit);
    if (!error) error = fresh.send(text, limit);
    if (error) return end();
    socket_ = std::move(fresh);
}

void Watch::Link::receive(Clock::time_point deadline) {
    std::array<char, 64UL * 1024> space;
    std::error_code error;
    auto const bytes = socket_->receive(space, deadline, error);
    if (error == std::errc::timed_out) return;
    if (bytes == 0) return end();
    stream_.feed({space.data(), bytes});
}

void Watch::Link::end() {
    stream_.end();
    socket_.reset();
    not_before_ = Clock::now() + stream_.pause();
}

}  // namespace settings::client
