#pragma once

#include <cstddef>

#include "model/batch.h"

namespace settings::sync {

/// Finds the keys that make a server refuse a batch, by halving it.
///
/// Works on how many of the oldest pending keys to send next, so it needs no list of suspects and
/// goes on across rounds. A key is guilty only when it was refused alone while the server took
/// something else: when it takes nothing, it is the endpoint that is broken. To tell the two apart
/// it tries keys further and further away and then the last, so that even a long row of guilty ones
/// is passed in a few steps; and when there is only one, an update of nothing. A server that
/// refused everything gets one key a round, each in its turn.
///
/// Finds one guilty key among n with log2(n) + 2 requests.
class Search {
  public:
    explicit Search(std::size_t most_keys)
        : most_keys_at_first_{most_keys}, most_keys_{most_keys} {}

    /// The round ended: what was refused or accepted in it proves nothing about a later one.
    void end_of_round();

    /// What to send next.
    [[nodiscard]] Selection selection() const;

    enum class Finding {
        go_on,    ///< send the next selection
        ask,      ///< send an update of nothing: does the server accept anything at all?
        guilty,   ///< see convicted()
        nothing,  ///< the server refuses everything
    };

    /// A batch was refused, out of so many `pending` keys.
    [[nodiscard]] Finding refused(Batch const& batch, std::size_t pending);

    /// A batch, or an update of nothing, was accepted.
    void accepted(std::size_t keys);

    /// The update of nothing was refused too.
    void nothing_is_accepted();

    /// The selection found nothing, because the keys became fewer.
    void start_over();

    [[nodiscard]] bool takes_nothing() const { return takes_none_; }

    /// Takes the keys that are proven guilty.
    [[nodiscard]] Batch convicted();

    /// Fewer keys at once: the server found a batch of that many too large.
    void too_large(std::size_t keys) { most_keys_ = keys / 2; }

    /// What was too large is gone, so again as many keys at once as at first.
    void any_size() { most_keys_ = most_keys_at_first_; }

  private:
    std::size_t most_keys_at_first_;
    std::size_t most_keys_;
    std::size_t within_ = 0;  ///< that many of the oldest hold a guilty one; 0 when none does
    std::size_t skip_ = 0;    ///< to the key that is tried alone
    Batch accused_;           ///< refused alone, when nothing had been accepted yet
    std::size_t stride_ = 0;  ///< so many at once, after several convictions; 0 for no such bound
    bool has_convicted_ = false;  ///< in this round
    bool takes_some_ = false;     ///< the server accepted something since then
    bool is_proven_ = false;      ///< the server accepted something since the last accusation
    bool takes_none_ = false;     ///< it refused everything; one key at a time, another each time
};

}  // namespace settings::sync
