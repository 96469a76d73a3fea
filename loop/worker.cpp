#include "loop/worker.h"

#include <pthread.h>

#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace settings::loop {

namespace asio = boost::asio;

Worker::Worker(asio::any_io_executor executor) : executor_{std::move(executor)} {}

Worker::~Worker() { stop(); }

void Worker::stop() {
    is_stopped_ = true;
    thread_.reset();
    waiting_.clear();
}

void Worker::begin(std::function<void()> work, std::function<void()> done) {
    waiting_.push_back({std::move(work), std::move(done)});
    if (!is_busy_) begin_next();
}

void Worker::begin_next() {
    is_busy_ = !waiting_.empty();
    if (!is_busy_) return;
    if (!thread_) {
        thread_.emplace(std::size_t{1});
        asio::post(*thread_, [] { pthread_setname_np(pthread_self(), "worker"); });
    }
    auto job = std::move(waiting_.front());
    waiting_.pop_front();
    auto ended = [this, life = std::weak_ptr{life_}, done = std::move(job.done)] {
        if (done) done();
        if (!life.expired() && !is_stopped_) begin_next();
    };
    asio::post(*thread_, [executor = executor_, work = std::move(job.work),
                          ended = std::move(ended)]() mutable {
        work();
        work = nullptr;
        asio::post(executor, std::move(ended));
    });
}

void Worker::post(std::size_t bytes, std::function<void()> work, std::function<void()> done) {
    if (takes(bytes)) return begin(std::move(work), std::move(done));
    work();
    done();
}

void Worker::dispose(std::size_t bytes, std::shared_ptr<void const> last) {
    if (!takes(bytes)) return;
    begin([last = std::move(last)]() mutable { last.reset(); }, {});
}

/// The handler is handed back to the loop, and with it the coroutine that waits: it may neither go
/// on nor be destroyed on the other thread.
asio::awaitable<void> Worker::elsewhere(std::function<void()> task) {
    auto start = [this](auto handler, std::function<void()> begun) {
        // std::function wants to be copyable, the handler is not.
        auto shared = std::make_shared<decltype(handler)>(std::move(handler));
        begin(std::move(begun), [shared = std::move(shared)] { std::move (*shared)(); });
    };
    return asio::async_initiate<asio::use_awaitable_t<> const&, void()>(
        std::move(start), asio::use_awaitable, std::move(task));
}

}  // namespace settings::loop
