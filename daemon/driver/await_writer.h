#pragma once

#include <boost/asio/async_result.hpp>
#include <cstddef>
#include <memory>
#include <type_traits>
#include <utility>

#include "store/writer.h"

namespace settings::daemon {

/// Has the writer carry out `work`, which takes the store::Ledger and returns a Result, and
/// completes on the loop with that Result once it is on disk: the one bridge from the loop to the
/// writer's thread.
///
/// A plain function template on purpose: g++ 12.2 miscompiles lambdas with captures that are
/// written inside a co_await expression. For the same reason `work` has a name at its caller, and
/// is moved from there.
///
/// `bytes` is about how much memory the work holds, where that is for an app to say.
template <class Work, class Token>
auto async_write(store::Writer& writer, Work work, Token&& token, std::size_t bytes = 0) {
    using Outcome = std::invoke_result_t<Work const&, store::Ledger&>;
    auto start = [&writer, bytes](auto handler, Work queued) {
        // std::function wants to be copyable, the handler is not.
        auto shared = std::make_shared<decltype(handler)>(std::move(handler));
        auto answer = std::make_shared<Outcome>(Error{});
        writer.submit(
            [answer, queued = std::move(queued)](store::Ledger& ledger) -> Result<void> {
                *answer = queued(ledger);
                if (!*answer) return answer->error();
                return {};
            },
            [shared, answer](Result<void> const& committed) {
                if (!committed) *answer = committed.error();
                std::move (*shared)(std::move(*answer));
            },
            bytes);
    };
    return boost::asio::async_initiate<Token, void(Outcome)>(std::move(start), token,
                                                             std::move(work));
}

}  // namespace settings::daemon
