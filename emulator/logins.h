#pragma once

#include <string>

#include "emulator/accounts.h"
#include "emulator/http.h"

namespace settings::emulator {

// The calls about who one is.

// /user/… and /auth/…: a login by GitHub or Microsoft is renewed there alone.
[[nodiscard]] Response log_in(Accounts& accounts, std::string const& body, Time now);
[[nodiscard]] Response refresh(Accounts& accounts, std::string const& body, Time now);
[[nodiscard]] Response refresh_github(Accounts& accounts, std::string const& body, Time now);
[[nodiscard]] Response refresh_microsoft(Accounts& accounts, std::string const& body, Time now);
[[nodiscard]] Response log_out(Accounts& accounts, std::string const& body);

// /mfa/…, which a restricted token may ask, too. Failures carry "error" in place of "message".
[[nodiscard]] Response factor_status(Accounts const& accounts, Bearer const& bearer);
[[nodiscard]] Response mail_link(Accounts& accounts, Bearer const& bearer, Time now);
[[nodiscard]] Response verify_login(Accounts& accounts, Bearer bearer, std::string const& body,
                                    Time now);

/// A failure in the words of the calls about the second factor.
[[nodiscard]] Response factor_failure(unsigned status, std::string_view error);

}  // namespace settings::emulator
