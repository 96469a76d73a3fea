#pragma once

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace settings::loop {

/// Has a coroutine get an error beside the result, and not as an exception.
inline constexpr auto as_errors = boost::asio::as_tuple(boost::asio::use_awaitable);

}  // namespace settings::loop
