#pragma once

#include <optional>
#include <string>
#include <vector>

#include "model/exchange.h"
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
    /// The server lost or undid what it had accepted; ours is sent once more.
    bool defended = false;
    /// Accepted twice, and missing both times; ours stays here and is set aside.
    bool not_kept = false;
    bool unseen = false;             ///< the server does not show what it had accepted
    std::optional<Json> mirror;      ///< theirs, but ours where theirs may be from before it
    std::optional<Time> look_again;  ///< when to look whether the server shows ours by then
};

/// Three-way merge of one key (base = mirror, ours = local). What we know of our own requests
/// corrects the base, in this order; where theirs equals a corrected base, what we have now wins:
///
/// 1. ours: theirs is a value of ours that is flying, and so has arrived, or the one that the
///    server accepted last.
/// 2. late: theirs is a value of ours whose answer was lost, or that a newer one followed within
///    minutes and was seen. It came from us: a late original, or a request that a proxy repeated.
/// 3. lagging: theirs is what a value replaced that the server accepted less than `lag` ago. The
///    document may come from a replica that lags behind: the mirror stays as it is there, nothing
///    is sent, and a look soon tells.
/// 4. once more: the same, later on, where no look has shown ours yet, or where another device,
///    which sends whole objects as it had read them before, trod on ours in the last 10 minutes:
///    the service has no conditional writes. Ours is sent once more.
/// 5. not kept: as 4, for what was already sent once more and never seen. The server accepts it and
///    does not keep it: ours stays here, and is set aside.
/// 6. given up: as 4, for what was already sent once more and was seen. Theirs is believed after
///    all; otherwise two devices could fight for ever. Theirs is also believed over a value of ours
///    that no look has shown, or that a newer one of ours followed, where the first look comes
///    later than 10 minutes after the answer: another device may well have put back what was there
///    before. What we added where nothing was is sent once more at any time.
///
/// A server that drops what is empty has replaced nothing and kept nothing: such a form of ours
/// counts as what it replaced, too.
///
/// 2 and 4 may overrule what another device meant, and 6 gives up what we meant: each value that
/// loses so is handed back as a conflict, beside the conflicts of the merge itself.
[[nodiscard]] Agreement agree_on(Difference difference, Time now, Winner winner,
                                 Time lag = usual_lag);

}  // namespace settings::store
