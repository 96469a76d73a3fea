#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/http.h"
#include "emulator/result.h"

namespace settings::emulator {

struct User {
    std::string email;
    std::string password;
};

/// What a login or a refresh hands out.
struct Tokens {
    std::string access;
    std::string refresh;
    std::string id;
    std::chrono::sys_seconds expires_at;  ///< end of the access token's life
};

/// The users and the tokens that they hold.
///
/// Access tokens are not remembered: the signature says enough. A refresh token works once.
class Accounts {
  public:
    Accounts(std::vector<User> users, std::string secret, std::chrono::seconds token_life);

    [[nodiscard]] User const* find(std::string_view email) const;
    [[nodiscard]] std::vector<User> const& users() const { return users_; }
    [[nodiscard]] std::chrono::seconds token_life() const { return token_life_; }

    /// A fresh pair for a user.
    [[nodiscard]] Tokens grant(std::string const& email, Time now);

    /// An access token alone, with a life of its own: a negative one has already expired.
    [[nodiscard]] std::string mint(std::string const& email, std::chrono::seconds life, Time now);

    /// A fresh pair for a refresh token, which is spent by this. Nothing when it is not valid.
    [[nodiscard]] std::optional<Tokens> refresh(std::string const& token, Time now);

    void forget(std::string const& refresh_token) { refresh_tokens_.erase(refresh_token); }

    /// The email behind an Authorization header. The error's message says what is wrong with it.
    [[nodiscard]] Result<std::string> authenticate(std::string_view authorization, Time now) const;

  private:
    std::vector<User> users_;
    std::string secret_;
    std::chrono::seconds token_life_;
    std::map<std::string, std::string> refresh_tokens_;  ///< token to email
    std::uint64_t minted_ = 0;
};

}  // namespace settings::emulator
