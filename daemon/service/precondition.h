#pragma once

#include <optional>
#include <string>

#include "ipc/command.h"
#include "model/result.h"
#include "model/tag.h"

namespace settings::daemon {

/// Why an If-Match never holds (ipc::Condition::can_match_nothing).
inline constexpr char const* no_strong_tag =
    "If-Match has no tag that could match: send the ETag as it was given, in its quotes, and "
    "without the W/ that some proxies put before it";

/// A condition that does not hold.
struct Unmet {
    ipc::Condition::Outcome outcome;  ///< failed or matched
    Error why;                        ///< the refusal (412)
    std::string etag;                 ///< of what there is now; empty where there is nothing
};

/// One setting as conditions see it.
struct Seen {
    std::string etag;  ///< the value's tag (model/value_tag.h); empty when there is no value
    Tag document;      ///< the state of the document that the value is of
};

/// What keeps a request on the document in this state from being carried out, if anything does.
[[nodiscard]] std::optional<Unmet> unmet(ipc::Condition const& condition, Tag document);

/// What keeps a request on the value at `path` from being carried out. Its condition may name the
/// value by its own tag, or by the document's: while the document is the same, so is the value.
[[nodiscard]] std::optional<Unmet> unmet(ipc::Condition const& condition, std::string const& path,
                                         Seen const& seen);

/// Answers a request that was not carried out for this reason: with its own status, and the tag of
/// what there is now.
[[nodiscard]] ipc::Reply refusal(Unmet const& unmet);

}  // namespace settings::daemon
