#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "model/owner.h"
#include "model/result.h"
#include "sync/account/token_pair.h"
#include "sync/account/token_store.h"
#include "sync/engine/token_state.h"

namespace settings::sync {

/// A file that holds the access token, and whether its mode is ours to check.
struct TokenFile {
    std::filesystem::path path;
    bool guarded = false;  ///< by systemd, which sets its mode and an ACL (systemd.exec(5))
};

/// The token for one request. A class and not an aggregate: see Result.
class AccessToken {
  public:
    AccessToken() = default;
    AccessToken(std::string token, std::uint64_t number, Owner::Names whose)
        : text{std::move(token)}, generation{number}, names{std::move(whose)} {}

    std::string text;
    std::uint64_t generation = 0;  ///< as in TokenState
    Owner::Names names;            ///< names of its account, by the token and by its login
};

/// Which access token counts, and until when. Waits for nothing: Account gets new ones.
///
/// The first source that has one counts: what a login left, then each file, then what the token
/// command printed last. The files are read anew at each look, so a replaced one counts from the
/// next request on. No token is in any error text.
class Credentials {
  public:
    struct Sources {
        std::filesystem::path stored;  ///< what a login left; ours to write
        std::vector<TokenFile> files;
        bool command = false;  ///< there is a token command
    };
    struct Clocks {
        std::function<Time()> boot;                  ///< the engine's
        std::function<std::chrono::seconds()> wall;  ///< since 1970; may be years wrong
    };

    Credentials(Sources sources, Clocks clocks);

    /// Errors: not_found when no source has a token; busy when this machine cannot read the first
    /// that has one now; otherwise, when that one cannot be used, what only a person can mend. Each
    /// says what to do.
    [[nodiscard]] Result<AccessToken> current();

    /// What current() would give, without the token. While it is busy, what it gave before.
    /// `renewable` and `renew_at` are those of the token that counts: a token file is for whoever
    /// wrote it to renew, even beside a command.
    [[nodiscard]] TokenState state();

    /// Whose the token is that current() would give, and where it is from; nothing without one.
    [[nodiscard]] std::optional<Identity> identity();

    /// The refresh token of the pair that a login left; empty when there is none.
    [[nodiscard]] std::string refresh_token();
    /// By whom that login was; local when there is none.
    [[nodiscard]] Provider provider();

    /// Keeps a pair that the server has just given to a login, which is since now. Errors: those of
    /// TokenStore::save, and then all stays as it was.
    [[nodiscard]] Result<void> log_in(TokenPair pair);

    /// Keeps a pair that a person has got elsewhere, some time ago; otherwise as log_in().
    [[nodiscard]] Result<void> adopt(TokenPair pair);

    /// Keeps the pair that the server has given for the refresh token `spent`, unless a login came
    /// in between: an old answer never replaces a newer token.
    ///
    /// After an error the pair is not relied on, but neither forgotten, since the server may know
    /// no other: save_again() is to be tried before the server is asked again.
    [[nodiscard]] Result<void> renew(std::string const& spent, TokenPair pair);

    [[nodiscard]] bool has_unsaved() const { return unsaved_.has_value(); }
    [[nodiscard]] Result<void> save_again();

    /// Takes the token that the token command has just printed, and keeps it in memory alone. A
    /// token that is printed once more gets no renewal time: only the command knows when there will
    /// be another one.
    void take_printed(std::string token);

    /// Forgets what a login left, here and on disk. Errors: those of TokenStore::remove.
    [[nodiscard]] Result<void> log_out();

  private:
    /// A token and when it is to be renewed.
    class Held {
      public:
        Held() = default;
        Held(TokenPair from, bool can_renew, std::optional<Time> when)
            : pair{std::move(from)}, renewable{can_renew}, renew_at{when} {}

        TokenPair pair;
        bool renewable = false;
        std::optional<Time> renew_at;
    };

    [[nodiscard]] Result<Held> find();
    [[nodiscard]] Result<Held> find_anywhere();
    [[nodiscard]] Result<Held> find_stored();
    [[nodiscard]] Result<void> keep(Held held);
    [[nodiscard]] Held just_obtained(TokenPair pair, bool renewable) const;
    [[nodiscard]] Held obtained_some_time_ago(TokenPair pair, bool renewable) const;
    [[nodiscard]] std::string how_to_get_one() const;
    [[nodiscard]] std::uint64_t generation_of(std::string const& token);

    Sources sources_;
    Clocks clocks_;
    TokenStore store_;
    std::optional<Held> stored_;   ///< the pair that is on disk, once it was read
    std::optional<Held> unsaved_;  ///< a pair that the server gave and the disk did not take
    std::optional<Held> printed_;  ///< the last token of the token command
    std::string last_token_;       ///< the token that `generation_` counts
    std::uint64_t generation_ = 0;
};

}  // namespace settings::sync
