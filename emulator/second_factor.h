#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "emulator/http.h"

namespace settings::emulator {

/// The second factor of one account: what its owner has set up, and what a login shows of it.
///
/// Five wrong answers in a row lock it for 15 min. A code works once (RFC 6238, 5.2), and so does a
/// mailed link.
class SecondFactor {
  public:
    /// What the owner has set up.
    struct Methods {
        std::optional<std::string> totp_key = {};  ///< bytes; GOOGLE_AUTH
        bool magic_link = false;                   ///< MAGIC_LINK
        bool passkey = false;                      ///< PASSKEY, which no call here verifies
    };
    enum class Verdict { right, wrong, locked };

    /// Forgets all that was shown before.
    void set_up(Methods methods);

    /// As the service names them; the first one is the primary one.
    [[nodiscard]] std::vector<std::string> methods() const;
    [[nodiscard]] bool has(std::string const& method) const;

    /// A code counts for two steps before its own and after it.
    [[nodiscard]] Verdict check_code(std::string const& code, Time now);
    [[nodiscard]] Verdict check_link(std::string const& token, Time now);

    /// Mails a link, which works for 10 min.
    void mail(std::string token, Time now);

    /// What an authenticator shows; the next code when that one has worked already. Nothing without
    /// a key.
    [[nodiscard]] std::optional<std::string> code(Time now) const;
    /// The tokens of the links that were mailed and not used, oldest first.
    [[nodiscard]] std::vector<std::string> mailed() const;
    /// How long it is still locked; nothing when it is not.
    [[nodiscard]] std::optional<std::chrono::seconds> locked_for(Time now) const;

  private:
    struct Link {
        std::string token;
        Time until;
    };

    [[nodiscard]] Verdict count(bool is_right, Time now);

    Methods methods_;
    std::vector<Link> links_;
    std::uint64_t next_step_ = 0;  ///< codes of the steps before it do not work (any more)
    int wrong_ = 0;                ///< answers in a row
    Time locked_until_{};
};

}  // namespace settings::emulator
