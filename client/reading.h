#pragma once

#include <utility>

#include "client/answers.h"
#include "client/calls.h"
#include "client/failure.h"

namespace settings::client {

/// Reads the answer to a call with this effect. One that is not the daemon's own, or that is not
/// understood, leaves open whether the request was carried out: that is Errc::unknown.
template <class T>
[[nodiscard]] Result<T> read_answer(Result<T> (*read)(Reply reply), Request::Effect effect,
                                    Reply reply) {
    bool const changes_nothing = effect == Request::Effect::none;
    if (!changes_nothing && !is_of_daemon(reply))
        return left_open(
            "what answered with status " + std::to_string(reply.status) + " is not the daemon",
            effect);
    auto result = read(std::move(reply));
    if (changes_nothing || result || result.error().code() != Errc::protocol) return result;
    return left_open(result.error().message(), effect);
}

}  // namespace settings::client
