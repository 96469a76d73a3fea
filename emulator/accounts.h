#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/http.h"
#include "emulator/json.h"
#include "emulator/result.h"
#include "emulator/second_factor.h"

namespace settings::emulator {

struct User {
    std::string email;
    std::string password;
    SecondFactor factor = {};
    std::string organization = {};   ///< its name; empty for none
    std::string role = {};           ///< there: USER, WORKSPACE, ADMINISTRATOR, OWNER, …
    std::string provider = "LOCAL";  ///< by whom the user logs in: LOCAL, GITHUB, MICROSOFT, …
};

/// Whose token it is, and how its holder got it.
struct Bearer {
    std::string email;
    std::string device = {};   ///< the id of the login's; empty for a token that was minted
    bool is_verified = false;  ///< the second factor was shown
};

/// What a login or a refresh hands out.
struct Tokens {
    std::string access;
    std::string refresh;
    std::string id;
    std::chrono::sys_seconds expires_at;  ///< end of the access token's life
};

/// A login, as its owner sees it among others.
struct Device {
    std::string id;
    Json info;  ///< the deviceInfo of the login; null when it gave none
    Time last_seen;
};

/// The users, the organizations that they are in, and the tokens that they hold.
///
/// Access tokens are not remembered: the signature says enough. A refresh token works once.
class Accounts {
  public:
    Accounts(std::vector<User> users, std::string secret, std::chrono::seconds token_life);

    [[nodiscard]] User const* find(std::string_view email) const;
    [[nodiscard]] User* find(std::string_view email);
    [[nodiscard]] std::vector<User> const& users() const { return users_; }
    [[nodiscard]] std::chrono::seconds token_life() const { return token_life_; }

    /// Whether an organization demands a second factor of its members.
    void enforce(std::string const& organization, bool on) { enforced_[organization] = on; }
    [[nodiscard]] bool enforces(std::string const& organization) const;
    [[nodiscard]] bool needs_factor(User const& user) const;

    /// Whether its user has to show the second factor before the token is good for more.
    [[nodiscard]] bool is_restricted(Bearer const& bearer) const;

    /// The bearer of tokens that go to a device that is new.
    [[nodiscard]] Bearer begin(std::string const& email, Json device_info, Time now);

    /// A user's devices, the newest last.
    [[nodiscard]] std::vector<Device> devices(std::string const& email) const;

    /// A fresh pair for a user, or for whoever holds one.
    [[nodiscard]] Tokens grant(std::string const& email, Time now);
    [[nodiscard]] Tokens grant(Bearer bearer, Time now);

    /// An access token alone, with a life of its own: a negative one has already expired.
    [[nodiscard]] std::string mint(std::string const& email, std::chrono::seconds life, Time now);
    [[nodiscard]] std::string mint(Bearer const& bearer, std::chrono::seconds life, Time now);

    /// A fresh pair for a refresh token, which is spent by this. Nothing when it is not valid.
    [[nodiscard]] std::optional<Tokens> refresh(std::string const& token, Time now);

    /// Whose refresh token it is; null when it is not valid.
    [[nodiscard]] User const* holder(std::string const& refresh_token) const;

    /// Ends a login: its refresh token works no more, and its device is gone.
    void forget(std::string const& refresh_token);

    /// A text that nobody can guess, and yet the same in every run with the same secret.
    [[nodiscard]] std::string secret_text(std::string_view purpose);

    /// Whose token an Authorization header has. The error's message says what is wrong with it.
    [[nodiscard]] Result<Bearer> authenticate(std::string_view authorization, Time now) const;

  private:
    std::vector<User> users_;
    std::string secret_;
    std::chrono::seconds token_life_;
    std::map<std::string, bool> enforced_;                ///< by organization
    std::map<std::string, Bearer> refresh_tokens_;        ///< by token
    std::map<std::string, std::vector<Device>> devices_;  ///< by email
    std::uint64_t minted_ = 0;
};

}  // namespace settings::emulator
