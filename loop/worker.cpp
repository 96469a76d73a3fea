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
}

void Worker::begin(std::function<void()> task) {
    if (!thread_) {
        thread_.emplace(std::size_t{1});
        asio::post(*thread_, [] { pthread_setname_np(pthread_self(), "worker"); });
    }
    asio::post(*thread_, std::move(task));
}

void Worker::post(std::size_t bytes, std::function<void()> work, std::function<void()> done) {
    if (bytes < large || is_stopped_) {
        work();
        return done();
    }
    begin([executor = executor_, work = std::move(work), done = std::move(done)]() mutable {
        work();
        work = nullptr;
        asio::post(executor, std::move(done));
    });
}

void Worker::dispose(std::size_t bytes, std::shared_ptr<void const> last) {
    if (bytes < large || is_stopped_) return;
    begin([last = std::move(last)]() mutable { last.reset(); });
}

/// The handler is handed back to the loop, and with it the coroutine that waits: it may neither go
/// on nor be destroyed on the other thread.
asio::awaitable<void> Worker::elsewhere(std::function<void()> task) {
    auto start = [this](auto handler, std::function<void()> begun) {
        // std::function wants to be copyable, the handler is not.
        auto shared = std::make_shared<decltype(handler)>(std::move(handler));
        begin(
            [executor = executor_, shared = std::move(shared), begun = std::move(begun)]() mutable {
                begun();
                begun = nullptr;
                asio::post(executor, [shared = std::move(shared)] { std::move (*shared)(); });
            });
    };
    return asio::async_initiate<asio::use_awaitable_t<> const&, void()>(
        std::move(start), asio::use_awaitable, std::move(task));
}

}  // namespace settings::loop
