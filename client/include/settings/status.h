#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "settings/value.h"

namespace settings::client {

/// What the daemon says about itself and about the way to the server. A field that it left out, or
/// gave in a form unknown here, is empty: a newer or older daemon is no error.
struct Status {
    /// A setting that the server will not take, in the server's words.
    struct Rejected {
        std::string key;
        std::optional<unsigned> status;  ///< status of the server's answer
        std::string message;
        std::optional<Time> at;
        std::optional<unsigned> refusals = {};              ///< how often in a row
        std::optional<std::chrono::seconds> retry_in = {};  ///< until it is tried again
        Json answer = {};                                   ///< all of it, as it came
    };
    /// A document of the server that would change so much here that a person has to decide.
    struct Review {
        std::uint64_t known = 0;    ///< settings that the server held
        std::uint64_t changed = 0;  ///< how many of the known ones would have another value
        std::uint64_t removed = 0;  ///< how many of the known ones would be gone
        Json answer = {};           ///< all of it, as it came

        /// "removals" for the counts above; "first", "account" or "server" where the document has
        /// no past in common with this device's, for those below.
        std::string kind = "removals";
        std::uint64_t differ = 0;      ///< settings that both have, with another value
        std::uint64_t only_there = 0;  ///< settings that only the account has
        std::uint64_t only_here = 0;   ///< settings that only this device has
        struct Difference {
            std::string path;
            std::optional<Json> here;   ///< nothing where it is too long to be shown
            std::optional<Json> there;  ///< nothing where it is too long to be shown, or gone
            bool is_gone = false;       ///< it would be removed here
        };
        std::vector<Difference> differences = {};  ///< the first few
        /// The top-level settings that a Decision may name, the first thousand of them.
        std::vector<std::string> keys = {};
        Tag tag = {};  ///< of what is held, for Decision::only_if()
        std::vector<std::string> only_here_paths = {};  ///< the first few of `only_here`
    };
    /// What a person should know of the store on this machine: that it was salvaged or put back,
    /// what was kept, and what is lost.
    struct Notice {
        std::string message;
        std::optional<Time> at;
    };
    /// Whose the token is that requests are made with, and where it is from.
    struct Account {
        std::string id;            ///< by the token or the login; empty when neither says it
        std::string email;         ///< empty for tokens that were got elsewhere
        std::string organization;  ///< empty for none, and when it is not known
        std::string role;
        std::optional<Time> since;
        std::string method;         ///< one word: "password", "tokens", "file", "command"
        std::string second_factor;  ///< how it was shown: "GOOGLE_AUTH", …; empty for none
        std::string provider = {};  ///< of a login: "LOCAL", "GITHUB", …; empty where it is none
    };
    struct LastError {
        std::string message;  ///< one sentence for a person
        std::optional<Time> at;
        std::string kind = {};  ///< one word for programs: "offline", "untrusted", …
    };
    struct NextAttempt {
        std::chrono::seconds in;
        std::string reason;  ///< one sentence for a person
    };

    // The words for programs, and what each means, are in docs/api.md. A newer daemon may have
    // more.

    std::string state;      ///< "idle", "syncing", "waiting", "offline", "held" or "paused"
    std::string summary;    ///< one sentence for a person
    std::string waits_for;  ///< one word: "login", "backoff", …; empty while syncing or paused
    std::optional<Revision> revision;
    std::optional<std::uint64_t> pending;   ///< settings that the server does not have yet
    std::vector<std::string> pending_keys;  ///< some of them
    std::vector<Rejected> rejected;
    std::optional<std::uint64_t> conflicts;  ///< how many wait for a person
    std::optional<Review> review;            ///< nothing when no document is held
    std::optional<Notice> notice;            ///< until it is dismissed
    std::optional<Time> last_success;
    std::optional<LastError> last_error;
    std::optional<NextAttempt> next_attempt;
    std::string server;
    std::optional<Account> account;       ///< nothing without a token
    std::vector<std::string> allow;       ///< users and @groups who may do what the owner may
    std::vector<std::string> allow_read;  ///< and those who may only look
    std::string version;                  ///< the daemon's
    Json answer;                          ///< all of it, as it came
};

/// Reads the answer to GET /v1/status. Never fails: see Status.
[[nodiscard]] Status status_from(Json answer);

/// Reads the list of GET /v1/rejected, which is also a member of the status. Never fails.
[[nodiscard]] std::vector<Status::Rejected> rejected_from(Json const& list);

/// Reads what GET /v1/review tells, which is also a member of the status. Never fails.
[[nodiscard]] std::optional<Status::Review> review_from(Json const& review);

/// Reads an RFC 3339 date and time, to the second. Empty when it is none.
[[nodiscard]] std::optional<Time> time_from(std::string_view text);

}  // namespace settings::client
