#pragma once

#include <boost/asio/async_result.hpp>
#include <functional>
#include <memory>
#include <utility>

#include "store/writer.h"

namespace settings::daemon {

/// Has the writer carry out `work` and completes on the loop once it is on disk: the one bridge
/// from the loop to the writer's thread.
///
/// A plain function template on purpose: g++ 12.2 miscompiles lambdas with captures that are
/// written inside a co_await expression.
template <class T, class Token>
auto async_write(store::Writer& writer, std::function<Result<T>(store::Ledger&)> work,
                 Token&& token) {
    auto start = [&writer](auto handler, std::function<Result<T>(store::Ledger&)> queued) {
        // std::function wants to be copyable, the handler is not.
        auto shared = std::make_shared<decltype(handler)>(std::move(handler));
        auto answer = std::make_shared<Result<T>>(Error{});
        writer.submit(
            [answer, queued = std::move(queued)](store::Ledger& ledger) -> Result<void> {
                *answer = queued(ledger);
                if (!*answer) return answer->error();
                return {};
            },
            [shared, answer](Result<void> const& outcome) {
                if (!outcome) *answer = outcome.error();
                std::move (*shared)(std::move(*answer));
            });
    };
    return boost::asio::async_initiate<Token, void(Result<T>)>(std::move(start), token,
                                                               std::move(work));
}

}  // namespace settings::daemon
