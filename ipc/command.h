#pragma once

#include <sys/types.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <variant>

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
struct LogIn {
    std::string email;
    std::string password;
};
struct AdoptTokens {
    std::string access;
    std::string refresh;  ///< may be empty
};
struct LogOut {};
using Command =
    std::variant<ReadDocument, ReadPath, Write, ReadStatus, SyncNow, LogIn, AdoptTokens, LogOut>;

/// An answer, ready to send. The body is shared so that the whole document is rendered once.
struct Reply {
    unsigned status = 200;
    std::shared_ptr<std::string const> body;  ///< JSON; null for a 304
    std::optional<Revision> revision;         ///< becomes the ETag
    std::string allow;                        ///< the Allow header of a 405
};

}  // namespace settings::ipc
