#pragma once

#include <cstddef>

#include "model/exchange.h"

namespace settings::sync {

/// Finds the keys that make a server refuse a batch, by halving the batch.
///
/// Works on how many of the oldest pending keys to send next; this needs no list of suspects and
/// goes on across rounds. A key is guilty only when it was refused alone while the server took
/// something else: when the server takes nothing, the endpoint is broken. To tell the two apart the
/// search tries keys further and further away and then the last one, and passes even a long row of
/// guilty keys in a few steps; when there is only one key, it tries an update of nothing. A server
/// that refused everything gets one key a round, each key in its turn.
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

    /// A batch of so many keys was accepted, or an update of nothing.
    void accepted(std::size_t keys);

    /// The update of nothing was refused too.
    void nothing_is_accepted();

    /// The selection found nothing, because the keys became fewer.
    void start_over();

    [[nodiscard]] bool takes_nothing() const { return trust_ == Trust::takes_none; }

    /// Takes the keys that are proven guilty.
    [[nodiscard]] Batch convicted();

    /// Halves the size of the next batches: the server found one of so many keys too large.
    void too_large(std::size_t keys) { most_keys_ = keys / 2; }

    /// Brings the size of batches back to what it was at first: what was too large is gone.
    void any_size() { most_keys_ = most_keys_at_first_; }

  private:
    /// What the server is known to do with keys.
    enum class Trust {
        unknown,     ///< the server took none in this round
        takes_some,  ///< the server took some in this round: a key that it refuses alone is guilty
        takes_none,  ///< the server refused everything, perhaps in an earlier round: no key is
                     ///< guilty
    };

    [[nodiscard]] Finding refused_again(Batch const& batch, std::size_t pending);

    std::size_t most_keys_at_first_;
    std::size_t most_keys_;
    Trust trust_ = Trust::unknown;
    std::size_t within_ = 0;    ///< one of so many oldest keys is guilty; 0 when none is
    std::size_t skip_ = 0;      ///< pending keys before the key that is tried alone
    std::size_t stride_ = 0;    ///< most keys at once after several convictions; 0 for any number
    unsigned convictions_ = 0;  ///< keys convicted in this round
    Batch accused_;             ///< refused alone, and the server took nothing since
    Batch guilty_;              ///< refused alone, and the server took something else
};

}  // namespace settings::sync
