#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <exception>
#include <optional>
#include <utility>

namespace settings::client {

namespace asio = boost::asio;

/// The event loop of an app: one thread.
class Loop {
  public:
    /// What became of a coroutine.
    template <class T>
    struct Running {
        std::optional<T> result;
        std::exception_ptr failure;
    };

    [[nodiscard]] asio::any_io_executor executor() { return context_.get_executor(); }

    /// Begins a coroutine; `running` must outlive it.
    template <class T>
    void spawn(asio::awaitable<T> work, Running<T>& running) {
        asio::co_spawn(context_, std::move(work), done(running));
    }
    template <class T>
    void spawn(asio::awaitable<T> work, Running<T>& running, asio::cancellation_slot slot) {
        asio::co_spawn(context_, std::move(work),
                       asio::bind_cancellation_slot(slot, done(running)));
    }

    /// Runs everything to its end.
    void run() {
        context_.restart();
        context_.run();
    }

    /// Runs what can run without waiting.
    void poll() {
        context_.restart();
        context_.poll();
    }

    /// Runs one coroutine, and everything else, to its end.
    template <class T>
    T wait_for(asio::awaitable<T> work) {
        Running<T> running;
        spawn(std::move(work), running);
        run();
        if (running.failure) std::rethrow_exception(running.failure);
        return std::move(*running.result);
    }

  private:
    template <class T>
    static auto done(Running<T>& running) {
        return [&running](std::exception_ptr failure, T result) {
            running.failure = failure;
            if (!failure) running.result = std::move(result);
        };
    }

    asio::io_context context_{1};
};

}  // namespace settings::client
