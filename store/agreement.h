#pragma once

#include <optional>
#include <string>
#include <vector>

#include "model/merge.h"
#include "store/document.h"
#include "store/sent.h"

namespace settings::store {

/// A key whose value at the server is not the one that we know of.
struct Difference {
    std::string key;
    Setting setting;
    std::optional<Json> theirs;
    std::vector<SentValue> sent;
};

/// What becomes of it.
struct Agreement {
    std::string key;
    Setting setting;  ///< as in the Difference
    std::optional<Json> theirs;
    std::optional<Json> merged;       ///< the new local value
    std::vector<Conflict> conflicts;  ///< with whole paths
    bool by_us = false;               ///< theirs is what we have, or have sent
    bool defended = false;            ///< another device had undone what the server had accepted
};

/// Three-way merge of one key (base = mirror, ours = local), with the base corrected by what we
/// know of our own requests:
///
/// - Theirs is a value of ours whose answer was lost, or that a newer one followed within minutes:
///   it came from us, then or just now (a late original, or one that a proxy repeated). So what we
///   have now wins.
/// - Inside an object, theirs is back at exactly what we had replaced in the last 10 minutes:
///   another device sent the whole object as it had read it before, and trod on ours, for the
///   service has no conditional writes. Ours wins, and is sent once more; a second time theirs is
///   believed, so that two devices cannot fight for ever.
///
/// Each time that a value which may be another device's is overruled so, it is handed back as a
/// conflict, beside those of the merge itself.
[[nodiscard]] Agreement agree_on(Difference difference, Time now, Winner winner);

}  // namespace settings::store
