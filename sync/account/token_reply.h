#pragma once

#include <optional>
#include <variant>

#include "sync/account/token_pair.h"
#include "sync/engine/reply.h"

namespace settings::sync {

using TokenReply = std::variant<TokenPair, Failure>;

/// Whether a login of that provider is renewed at /auth/…, as the service's own client does it. Not
/// so Google's, where the documentation contradicts itself.
[[nodiscard]] bool is_renewed_at_provider(Provider provider);

/// Reads the answer to the renewal of such a login. The refresh token is empty when the server kept
/// the old one. Of an answer of /auth/…, which may hold a token that is the provider's own, only
/// one of the service counts: a JWT with the claim `userId`.
///
/// A 4xx that says no is Fault::unauthorized: only a person can log in again. No failure quotes the
/// answer, which may quote a token.
[[nodiscard]] TokenReply read_renewal(Answer const& answer, Provider provider = Provider::local);

/// Reads the answer to /user/login; as above. Fault::unauthorized says what is wrong with e-mail
/// address or password.
[[nodiscard]] TokenReply read_login(Answer const& answer);

/// Reads the answer to /mfa/verify-login: the full pair. As above, but that Fault::unauthorized has
/// a `retry_after` when the account takes no answer for so long, and else says that this one was
/// wrong.
[[nodiscard]] TokenReply read_verification(Answer const& answer);

/// Reads the answer to /mfa/magic-link/send: nothing when a link is under way. Quotes nothing.
[[nodiscard]] std::optional<Failure> read_mailing(Answer const& answer);

/// The pair with what its access token says of its own time, where nothing better is known.
[[nodiscard]] TokenPair with_own_times(TokenPair pair);

}  // namespace settings::sync
