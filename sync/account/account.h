#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "loop/single_flight.h"
#include "sync/account/credentials.h"
#include "sync/account/pending_login.h"
#include "sync/account/token_command.h"
#include "sync/account/token_reply.h"
#include "sync/remote/https_remote.h"

namespace settings::sync {

/// What keeps a request from being sent when Account::current() gives an error. What this machine
/// cannot read now is no missing login: nobody but time can help.
[[nodiscard]] Failure without_token(Error const& error);

/// The user's account with the service: which token counts, how to get the next one, login and
/// logout. When to renew is for the engine to decide. For the loop's thread.
///
/// Its calls have connections of their own, so they never meet a sync request in flight.
class Account {
  public:
    struct Options {
        Credentials::Sources sources;
        Credentials::Clocks clocks;
        std::vector<std::string> token_command;  ///< empty for none
        std::string device_name = {};  ///< by which people know this machine; empty for none
    };

    Account(boost::asio::any_io_executor executor, Options options,
            std::unique_ptr<HttpsRemote> server);

    /// See Credentials.
    [[nodiscard]] Result<AccessToken> current() { return credentials_.current(); }
    [[nodiscard]] TokenState state() { return credentials_.state(); }
    [[nodiscard]] std::string refresh_token() { return credentials_.refresh_token(); }
    [[nodiscard]] std::optional<Identity> identity() { return credentials_.identity(); }

    using Renewal = std::variant<TokenState, Failure>;

    /// Gets the next access token, by the refresh token of a login or by the token command. One at
    /// a time: whoever asks meanwhile gets what comes of the one under way.
    ///
    /// After a value the new pair is on disk. When a login came in between, its pair stays and its
    /// state is the answer. The generation is the old one when the command printed the old token.
    /// Failures: unauthorized when only a person can help, server_error when the token command
    /// failed, storage when this machine could not start it, or when the disk did not take the new
    /// pair (the next call tries to save it again before it asks the server), those of HttpsRemote,
    /// and those of replies.
    [[nodiscard]] boost::asio::awaitable<Renewal> renew();

    /// Logs in, and keeps what the server gives. Nothing when that is on disk. Failures:
    /// unauthorized says what is wrong with e-mail address or password, or that a second factor is
    /// to be shown, see challenge(); otherwise as renew().
    [[nodiscard]] boost::asio::awaitable<std::optional<Failure>> log_in(std::string email,
                                                                        std::string password);

    /// What the login under way has yet to show; nothing when there is no such login. What was
    /// stored before stays until it is shown.
    [[nodiscard]] std::optional<Challenge> challenge();
    /// How long the account takes no proof for it.
    [[nodiscard]] Time locked_for() const;

    /// Finishes the login under way, which there has to be, and keeps the full pair. Sends the
    /// proof once, and not at all while the account is locked. Failures: unauthorized says what is
    /// wrong with it, and when another one is taken; otherwise as renew().
    [[nodiscard]] boost::asio::awaitable<std::optional<Failure>> show(Proof proof);

    /// Has the server mail a link for it.
    [[nodiscard]] boost::asio::awaitable<std::optional<Failure>> mail_link();

    /// Whether a login gave the token of that generation, and nothing was served for it yet.
    [[nodiscard]] bool is_unproven(std::uint64_t generation) const;
    void has_served(std::uint64_t generation);

    /// Keeps a pair that a person has got elsewhere. Failures: refused when it is none, storage.
    [[nodiscard]] std::optional<Failure> adopt(TokenPair pair);

    /// Forgets what a login left, also one under way, and then tells the server so, which may fail
    /// and takes 5 s for each of its steps at the most. Failures: storage.
    [[nodiscard]] boost::asio::awaitable<std::optional<Failure>> log_out();

    /// Takes effect with the next call to the server, and with the next login.
    void configure(std::unique_ptr<HttpsRemote> server, std::string device_name = {});

    /// Cuts a renewal off, because the network changed: see HttpsRemote::disconnect().
    void disconnect();

    /// Ends a token command that runs.
    void stop();

  private:
    [[nodiscard]] boost::asio::awaitable<Renewal> renew_once();
    [[nodiscard]] boost::asio::awaitable<Renewal> refresh(std::string refresh_token,
                                                          Provider provider);
    [[nodiscard]] boost::asio::awaitable<Renewal> run_command();
    [[nodiscard]] Renewal outcome_of(Result<void> const& saved);
    [[nodiscard]] boost::asio::awaitable<std::optional<Failure>> admit(
        std::unique_ptr<HttpsRemote> remote, TokenPair pair);
    [[nodiscard]] std::optional<Challenge> heard(HttpsRemote::Outcome const& status);
    [[nodiscard]] std::optional<Failure> keep(TokenPair pair);
    [[nodiscard]] std::optional<Failure> take(HttpsRemote::Outcome outcome, Proof const& proof);
    [[nodiscard]] boost::asio::awaitable<void> tell_logout(std::string refresh, std::string access);

    boost::asio::any_io_executor executor_;
    Credentials::Clocks clocks_;
    Credentials credentials_;
    std::optional<PendingLogin> pending_;
    std::string device_name_;
    bool asks_for_factors_ = true;  ///< until the server says that it knows none
    std::uint64_t unproven_ = 0;    ///< generation of the token of a login; 0 once it has served
    std::optional<TokenCommand> command_;
    std::unique_ptr<HttpsRemote> server_;           ///< only its siblings make calls
    std::unique_ptr<HttpsRemote> renewing_remote_;  ///< the sibling that a renewal uses
    loop::SingleFlight<Renewal> renewing_;
};

}  // namespace settings::sync
