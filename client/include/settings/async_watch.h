#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>

#include "settings/asio_form.h"
#include "settings/watch.h"

namespace settings::client {

/// Follows the changes of the settings, as Watch does, without blocking.
///
/// One next() at a time. It can be cancelled with Asio's means, at any time: what has come by then
/// is returned by the following one.
class AsyncWatch {
  public:
    ~AsyncWatch();
    AsyncWatch(AsyncWatch&&) noexcept;
    AsyncWatch& operator=(AsyncWatch&&) noexcept;

    /// As Watch::next().
    [[nodiscard]] boost::asio::awaitable<Result<std::optional<Event>>> next(
        std::chrono::milliseconds timeout = std::chrono::milliseconds::max());

    /// As Watch::on_organization().
    void on_organization(std::function<void(Entry const&)> told);

    /// As Watch::cursor().
    [[nodiscard]] std::optional<Tag> cursor() const;

  private:
    friend class AsyncClient;
    class Link;

    explicit AsyncWatch(std::shared_ptr<Link> link);

    std::shared_ptr<Link> link_;  ///< shared with a next() that is under way
};

}  // namespace settings::client
