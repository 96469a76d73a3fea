#pragma once

#include <sys/types.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <variant>

#include "model/batch.h"
#include "model/patch.h"
#include "model/revision.h"

namespace settings::ipc {

/// Who is at the other end of a connection, as the kernel says (SO_PEERCRED, unix(7)).
struct Peer {
    uid_t uid;
    pid_t pid;
};

/// What an app may ask. Each is one well-formed request; routes.h makes them.
struct ReadDocument {
    std::optional<Revision> unless;  ///< If-None-Match: answer 304 when this is still the revision
};
struct ReadPath {
    std::string path;  ///< dotted, percent-decoded
};
struct Write {
    Edit edit;
    std::optional<Revision> only_if;  ///< If-Match: refuse when the document has moved on
};
struct ReadStatus {};
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
struct LogIn {
    std::string email;
    std::string password;
};
struct AdoptTokens {
    std::string access;
    std::string refresh;  ///< may be empty
};
struct LogOut {};
using Command = std::variant<ReadDocument, ReadPath, Write, ReadStatus, SyncNow, Explain, Pause,
                             ReadConflicts, ResolveConflict, ReadRejected, RetryRejected,
                             DiscardRejected, ReadReview, Decide, LogIn, AdoptTokens, LogOut>;

/// An answer, ready to send. The body is shared so that the whole document is rendered once.
struct Reply {
    unsigned status = 200;
    std::shared_ptr<std::string const> body;  ///< JSON; null for a 304
    std::optional<Revision> revision;         ///< becomes the ETag
    std::string allow;                        ///< the Allow header of a 405
};

}  // namespace settings::ipc
