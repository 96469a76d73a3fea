#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/thread_pool.hpp>
#include <cstddef>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

namespace settings::loop {

/// A thread for work that would hold the loop up: what is done to large values, one piece after
/// the other. It begins with the first such work, so where all values are small there is none.
///
/// A piece is begun once the loop has taken what came of the one before. Otherwise results would
/// pile up where the loop is slow: a value takes up to forty times as much memory as its text.
///
/// The work gets all that it needs when it is begun, and touches nothing that the loop may change
/// meanwhile. All calls on the loop's thread.
class Worker {
  public:
    /// Text of JSON, in bytes, from which on work on it is large: less is parsed and written in a
    /// few milliseconds, whatever it is made of.
    static constexpr std::size_t large = 65'536;

    /// `executor` is the loop's.
    explicit Worker(boost::asio::any_io_executor executor);
    Worker(Worker const&) = delete;
    Worker& operator=(Worker const&) = delete;
    ~Worker();

    /// Whether work on so many bytes of text is for the thread. Where it is not, who is in a hurry
    /// carries it out without run().
    [[nodiscard]] bool takes(std::size_t bytes) const { return bytes >= large && !is_stopped_; }

    /// Carries out `work`, which is on so many bytes of text: at once where they are few, and else
    /// on the thread, where it is destroyed, too. Completes on the loop with what it returns, or
    /// throws what it throws.
    template <class Work>
    [[nodiscard]] boost::asio::awaitable<std::invoke_result_t<Work&>> run(std::size_t bytes,
                                                                          Work work) {
        if (!takes(bytes)) co_return work();
        auto const task = std::make_shared<Task<Work>>(std::move(work));
        std::function<void()> carry_out = [task] { task->carry_out(); };
        co_await elsewhere(std::move(carry_out));
        if (task->cause) std::rethrow_exception(task->cause);
        co_return *std::move(task->result);
    }

    /// As run(), for who is no coroutine: `done` runs on the loop. Neither throws.
    void post(std::size_t bytes, std::function<void()> work, std::function<void()> done);

    /// Has something large destroyed on the thread, which takes long where it is a tree.
    void dispose(std::size_t bytes, std::shared_ptr<void const> last);

    /// Lets the work in hand end, and drops what waits behind it, with those who wait for that.
    /// From now on all is carried out at once.
    void stop();

  private:
    template <class Work>
    struct Task {
        explicit Task(Work begun) : work{std::move(begun)} {}

        void carry_out() {
            try {
                result.emplace((*work)());
            } catch (...) {
                cause = std::current_exception();
            }
            work.reset();
        }

        std::optional<Work> work;
        std::optional<std::invoke_result_t<Work&>> result = {};
        std::exception_ptr cause = {};
    };

    [[nodiscard]] boost::asio::awaitable<void> elsewhere(std::function<void()> task);
    void begin(std::function<void()> work, std::function<void()> done);
    void begin_next();

    /// What is to be done on the thread, and then on the loop.
    struct Job {
        std::function<void()> work, done;
    };

    boost::asio::any_io_executor executor_;
    std::optional<boost::asio::thread_pool> thread_;  ///< once something large was begun
    std::deque<Job> waiting_;
    bool is_busy_ = false;  ///< a job has begun, and the loop has not yet heard of its end
    bool is_stopped_ = false;
    std::shared_ptr<void> life_ = std::make_shared<int>();  ///< gone when this is
};

}  // namespace settings::loop
