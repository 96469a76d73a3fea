#include "sync/remote/name_lookup.h"

#include <sys/socket.h>

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/beast/core/basic_stream.hpp>
#include <cerrno>
#include <system_error>
#include <thread>
#include <utility>

#include "loop/as_errors.h"
#include "os/descriptor.h"
#include "sync/remote/family_lookup.h"

namespace settings::sync {

namespace asio = boost::asio;
namespace beast = boost::beast;

namespace {

using Resolver = asio::ip::tcp::resolver;

Resolver::results_type resolve(Resolver& resolver, Family family, std::string const& host,
                               std::string const& port, boost::system::error_code& error) {
    switch (family) {
        case Family::any: break;
        case Family::v4: return resolver.resolve(asio::ip::tcp::v4(), host, port, error);
        case Family::v6: return resolver.resolve(asio::ip::tcp::v6(), host, port, error);
    }
    return resolver.resolve(host, port, error);
}

NameLookup::Found ask_libc_for(Family family, std::string const& host, std::string const& port) {
    asio::io_context unused;  // a lookup that blocks needs no loop, but Asio's class wants one
    Resolver resolver{unused};
    boost::system::error_code error;
    auto const results = resolve(resolver, family, host, port, error);
    if (error) return error.message();
    return NameLookup::Endpoints{results.begin(), results.end()};
}

NameLookup::Found ask_libc(std::string const& host, std::string const& port) {
    constexpr std::chrono::seconds soon{1};
    return find_by_family(ask_libc_for, host, port, soon);
}

}  // namespace

/// How a thread tells the loop that it is done. The loop may be gone by then, so the thread
/// knows nothing but its own end of a pair of sockets; it closes that, and the loop reads the end.
class NameLookup::Doorbell {
  public:
    /// The other end, which rings when it is closed.
    using Button = os::Descriptor;

    explicit Doorbell(asio::any_io_executor const& executor) : stream_{executor} {}

    /// Throws std::system_error.
    [[nodiscard]] Button button() {
        std::array<int, 2> ends{};
        if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0)
            throw std::system_error{errno, std::generic_category(), "socketpair"};
        stream_.socket().assign(asio::local::stream_protocol{}, ends[0]);
        return Button{ends[1]};
    }

    /// Whether it rang, in time and before mute().
    [[nodiscard]] asio::awaitable<bool> rings(Time within) {
        stream_.expires_after(within);
        char nothing = 0;
        auto [error, size] =
            co_await stream_.async_read_some(asio::buffer(&nothing, 1), loop::as_errors);
        co_return error == asio::error::eof;
    }

    void mute() { stream_.close(); }

  private:
    beast::basic_stream<asio::local::stream_protocol> stream_;
};

NameLookup::NameLookup(asio::any_io_executor executor)
    : NameLookup{std::move(executor), ask_libc} {}

NameLookup::NameLookup(asio::any_io_executor executor, Blocking ask)
    : executor_{std::move(executor)}, ask_{std::move(ask)}, threads_{std::make_shared<int>()} {}

NameLookup::~NameLookup() = default;

/// Has a thread ask and then ring the bell. Throws std::system_error.
std::future<NameLookup::Found> NameLookup::start(std::string host, std::string port) {
    std::promise<Found> promise;
    auto found = promise.get_future();
    // The button goes last, so the bell rings when all else is done.
    std::thread{[button = doorbell_->button(), share = threads_, ask = ask_, host = std::move(host),
                 port = std::move(port), promise = std::move(promise)]() mutable {
        promise.set_value(ask(host, port));
    }}.detach();
    return found;
}

asio::awaitable<NameLookup::Found> NameLookup::find(std::string host, std::string port,
                                                    Time within) {
    if (threads_.use_count() > most_threads)
        co_return "the name lookups before this one have not ended";
    doorbell_ = std::make_unique<Doorbell>(executor_);
    std::future<Found> found;
    try {
        found = start(std::move(host), std::move(port));
    } catch (std::system_error const&) {  // out of descriptors, or of threads
        doorbell_.reset();
    }
    if (!found.valid()) co_return "this machine has no room for a name lookup just now";
    bool const done = co_await doorbell_->rings(within);
    doorbell_.reset();
    if (!done) co_return "the name lookup takes too long";
    co_return found.get();
}

void NameLookup::cancel() {
    if (doorbell_) doorbell_->mute();
}

}  // namespace settings::sync
