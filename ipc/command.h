#pragma once

#include <sys/types.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "ipc/condition.h"
#include "loop/departure.h"
#include "model/edit.h"
#include "model/exchange.h"
#include "model/provider.h"
#include "model/revision.h"
#include "model/tag.h"
#include "model/undo.h"

namespace settings::ipc {

/// Who is at the other end of a connection, as the kernel says (SO_PEERCRED, unix(7)).
struct Peer {
    uid_t uid;
    pid_t pid;
    std::vector<gid_t> groups = {};  ///< of a user who is not this process's
    std::string executable = {};     ///< its path, looked up for what is not a GET; may stay empty
    std::string app = {};            ///< the User-Agent of the request; empty when it gave none
    /// Set while a request may take long: for whoever waits to know that nobody does any more.
    std::shared_ptr<loop::Departure> departure = {};
};

/// What an app may ask. Each is one well-formed request; routes.h makes them.
struct ReadDocument {
    Condition condition = {};  ///< where it does not hold, the answer is 304 or 412
};
struct ReadPath {
    std::string path;          ///< percent-decoded
    Condition condition = {};  ///< on the value there; where it does not hold: 304 or 412
};
/// How long to wait until the server has accepted an edit: `Prefer: wait=10` (RFC 7240, 4.3).
using Wait = std::optional<std::chrono::seconds>;
struct Write {
    Edit edit;
    Condition condition = {};  ///< where it does not hold: 412, and nothing is changed
    Wait wait = {};
};
struct WriteValue {
    std::string path;                ///< percent-decoded
    std::optional<Json> value = {};  ///< takes the place of what is there; nothing removes that
    Condition condition = {};        ///< on the value there; where it does not hold: 412
    Wait wait = {};
};
struct TakeBack {
    Undo undo;
    Condition condition = {};  ///< where it does not hold: 412, and nothing is changed
    Wait wait = {};
};
struct ReadOrganization {};  ///< the settings of the organization that the account is in
/// A write of them, for the service alone to understand.
struct WriteOrganization {
    std::string method;
    std::string body;
};
struct ReadJournal {
    std::optional<Revision> since;  ///< the first entries after this revision; else the newest
    std::size_t limit = 100;        ///< how many entries to give at most
    std::string path;               ///< dotted; empty for all
};
struct ReadMetrics {};
struct ReadStatus {};
struct ReadDifference {};
struct ReadConfiguration {};
struct SyncNow {
    std::chrono::milliseconds wait;  ///< how long to wait for the server; 0 answers at once
};
struct WalkWay {};  ///< goes the way to the server once, and tells where it ends
struct Explain {
    std::string path;  ///< dotted
};
struct Pause {
    bool on = true;  ///< false goes on with syncing
};
struct ReadConflicts {};
struct ResolveConflict {
    std::int64_t id = 0;
    bool restore = false;  ///< puts the value back that was not kept; else forgets it
};
struct ReadRejected {};
struct RetryRejected {
    std::optional<std::string> key;  ///< key to try again; nothing for all
};
struct DiscardRejected {
    std::string key;  ///< key whose value is given up for the server's
};
struct ReadReview {};
struct Decide {
    Verdict verdict = Verdict::none;     ///< word on the document that is held for review
    std::vector<std::string> keys = {};  ///< the settings that it is on; none for all that is held
    Condition condition = {};            ///< on what is held; where it does not hold: 412
};
struct Meet {
    Meeting meeting = Meeting::hold;  ///< what to do with the document that is not ours yet
    std::vector<std::string> account = {}, device = {};  ///< settings that are decided otherwise
    Condition condition = {};                            ///< as for Decide
};
struct DismissNotice {};  ///< what status tells of the store has been read
struct LogIn {
    std::string email;
    std::string password;
    /// What to do with the account's document if it is not ours yet.
    std::optional<Meeting> first = {};
};
struct AdoptTokens {
    std::string access;
    std::string refresh;  ///< may be empty
    /// What to do with the account's document if it is not ours yet.
    std::optional<Meeting> first = {};
    Provider provider = Provider::local;  ///< by whom the person logged in who got them
};
/// What finishes a login that waits for its second factor: one of the two.
struct ShowFactor {
    std::string code;        ///< of an authenticator
    std::string link_token;  ///< of a mailed link
};
struct MailLink {};  ///< for such a login
struct LogOut {};
using Command =
    std::variant<ReadDocument, ReadPath, Write, WriteValue, TakeBack, ReadOrganization,
                 WriteOrganization, ReadJournal, ReadMetrics, ReadStatus, ReadDifference,
                 ReadConfiguration, SyncNow, WalkWay, Explain, Pause, ReadConflicts,
                 ResolveConflict, ReadRejected, RetryRejected, DiscardRejected, ReadReview, Decide,
                 Meet, DismissNotice, LogIn, AdoptTokens, ShowFactor, MailLink, LogOut>;

/// What is answered with a stream of events (see stream.cpp).
struct Watch {
    std::optional<Cursor> since;  ///< events after it; else after what is there now
    std::string path;             ///< only what concerns it, dotted; empty for all
};

/// An answer, ready to send. The body is shared so that the whole document is rendered once.
struct Reply {
    unsigned status = 200;
    std::shared_ptr<std::string const> body;  ///< JSON; null for a 304
    std::string etag;                         ///< without its quotes; empty for none
    std::string allow;                        ///< the Allow header of a 405
    std::string_view content_type = "application/json";
    Wait waited = {};  ///< Preference-Applied: the wait that was asked for
    std::optional<std::chrono::seconds> age = {};  ///< Age (RFC 9111, 5.1)
    /// Retry-After, where another server says it; 0 for none. Else a 503 has one of our own.
    std::optional<std::chrono::seconds> retry_after = {};
};

}  // namespace settings::ipc
