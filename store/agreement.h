#pragma once

#include <optional>
#include <string>
#include <vector>

#include "model/merge.h"
#include "store/sent_value.h"
#include "store/setting.h"

namespace settings::store {

/// A key whose value at the server is not the one that we know of.
struct Difference {
    std::string key;
    Setting setting;
    std::optional<Json> theirs;
    std::vector<SentValue> sent;
};

/// What becomes of a Difference.
struct Agreement {
    std::string key;
    Setting setting;  ///< as in the Difference
    std::optional<Json> theirs;
    std::optional<Json> base;         ///< theirs where our own requests explain it, else the mirror
    std::optional<Json> merged;       ///< the new local value
    std::vector<Conflict> conflicts;  ///< their paths begin with the key
    bool by_others = false;           ///< our own requests do not explain all of theirs
    bool defended = false;            ///< another device had undone what the server had accepted
};

/// Three-way merge of one key (base = mirror, ours = local). What we know of our own requests
/// corrects the base, in this order; where theirs equals a corrected base, what we have now wins:
///
/// 1. answerless: theirs is a value of ours that is flying. It has arrived.
/// 2. late: theirs is a value of ours whose answer was lost, or that a newer one followed within
///    minutes. It came from us: a late original, or a request that a proxy repeated.
/// 3. defended: inside an object, theirs is back at exactly what we had replaced in the last 10
///    minutes. Another device sent the whole object as it had read it before, and trod on ours: the
///    service has no conditional writes. Ours is sent once more.
/// 4. given up: as 3, for what was already defended once. Theirs is believed after all; otherwise
///    two devices could fight for ever.
///
/// 2 and 3 may overrule what another device meant, and 4 gives up what we meant: each value that
/// loses so is handed back as a conflict, beside the conflicts of the merge itself.
[[nodiscard]] Agreement agree_on(Difference difference, Time now, Winner winner);

}  // namespace settings::store
