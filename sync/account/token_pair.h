#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "sync/account/identity.h"

namespace settings::sync {

/// An access token, and what is needed to get the next one.
///
/// A class and not an aggregate: see Result.
class TokenPair {
  public:
    TokenPair() = default;
    explicit TokenPair(std::string access_token, std::string refresh_token = {})
        : access{std::move(access_token)}, refresh{std::move(refresh_token)} {}

    std::string access;
    std::string refresh;  ///< empty when there is none
    std::string login;    ///< what the answer to the login named the account; empty when unknown
    LoginNote note;       ///< how the login came about
    std::optional<std::chrono::seconds> expires_at;  ///< end of the access token's life, since 1970
    /// From the issue of the access token to its expiry, both on the server's clock, so that no
    /// clock of ours matters.
    std::optional<std::chrono::seconds> lifetime;

    friend bool operator==(TokenPair const&, TokenPair const&) = default;
};

}  // namespace settings::sync
