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
    Condition condition = {};  ///< else 304, or 412
};
struct ReadPath {
    std::string path;          ///< percent-decoded
    Condition condition = {};  ///< condition on the whole document
};
/// How long to wait until the server has accepted an edit: `Prefer: wait=10` (RFC 7240, 4.3).
using Wait = std::optional<std::chrono::seconds>;
struct Write {
    Edit edit;
    Condition condition = {};  ///< else 412, and nothing is changed
    Wait wait = {};
};
struct TakeBack {
    Undo undo;
    Condition condition = {};  ///< as for a write
    Wait wait = {};
};
struct ReadJournal {
    std::optional<Revision> since;  ///< the first entries after it; else the newest
    std::size_t limit = 100;        ///< entries
    std::string path;               ///< dotted; empty for all
};
struct ReadMetrics {};
struct ReadStatus {};
struct ReadDifference {};
struct SyncNow {
    std::chrono::milliseconds wait;  ///< how long to wait for the server; 0 answers at once
};
struct Explain {
    std::string path;  ///< dotted
};
struct Pause {
    bool on = true;  ///< false goes on with syncing
};
struct ReadConflicts {};
struct ResolveConflict {
    std::int64_t id = 0;
    bool restore = false;  ///< the value that was not kept; else it is forgotten
};
struct ReadRejected {};
struct RetryRejected {
    std::optional<std::string> key;  ///< nothing for all
};
struct DiscardRejected {
    std::string key;  ///< gives its value up for the server's
};
struct ReadReview {};
struct Decide {
    Verdict verdict = Verdict::none;  ///< on the document that is held for review
};
struct Meet {
    Meeting meeting = Meeting::hold;  ///< with the document that is not ours yet
};
struct DismissNotice {};  ///< what status tells of the store has been read
struct LogIn {
    std::string email;
    std::string password;
    std::optional<Meeting> first = {};  ///< with the account's document, if it is not ours yet
};
struct AdoptTokens {
    std::string access;
    std::string refresh;                ///< may be empty
    std::optional<Meeting> first = {};  ///< as above
};
struct LogOut {};
using Command = std::variant<ReadDocument, ReadPath, Write, TakeBack, ReadJournal, ReadMetrics,
                             ReadStatus, ReadDifference, SyncNow, Explain, Pause, ReadConflicts,
                             ResolveConflict, ReadRejected, RetryRejected, DiscardRejected,
                             ReadReview, Decide, Meet, DismissNotice, LogIn, AdoptTokens, LogOut>;

/// What is answered with a stream of events (see stream.cpp).
struct Watch {
    std::optional<Tag> since;  ///< events after it; else after what is there now
    std::string path;          ///< only what concerns it, dotted; empty for all
};

/// An answer, ready to send. The body is shared so that the whole document is rendered once.
struct Reply {
    unsigned status = 200;
    std::shared_ptr<std::string const> body;  ///< JSON; null for a 304
    std::optional<Tag> tag;                   ///< becomes the ETag
    std::string allow;                        ///< the Allow header of a 405
    std::string_view content_type = "application/json";
    Wait waited = {};  ///< Preference-Applied: the wait that was asked for
};

}  // namespace settings::ipc
