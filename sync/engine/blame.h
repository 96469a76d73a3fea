#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "model/exchange.h"

namespace settings::sync {

/// Finds the keys that make writes fail where looks succeed, whatever the failure: a 500, a 403, a
/// connection that breaks. A look that was answered proves service, login and network, so after
/// three failures in a row the batch is suspected, and halved. They need not be alike: behind one
/// name there may be several machines, and each fails in its own way.
///
/// Unlike a 400 these failures may be the server's own, so the search goes at the pace of the
/// backoff: each round ends with its first failure, and a server whose writes are down for
/// everybody gets not one request more than by plain retrying. A key that failed alone steps back
/// behind all others; it is guilty when it fails alone once more right after another key was
/// accepted. When all failed alone, nobody is.
class Blame {
  public:
    /// Whether the batch is suspected.
    [[nodiscard]] bool is_searching() const;

    /// What to send next. Nothing while the batch is not suspected.
    [[nodiscard]] std::optional<Selection> selection() const;

    enum class Finding {
        unclear,  ///< back off, and go on with the next selection
        guilty,   ///< the batch is one key, and that key is guilty
        nobody,   ///< every pending key failed alone, and the server took nothing
    };

    /// A batch failed in a round whose look was answered, out of so many `pending` keys.
    [[nodiscard]] Finding failed(Batch const& batch, std::size_t pending);

    /// A batch of so many keys was accepted.
    void accepted(std::size_t keys);

    /// The selection found nothing: the keys became fewer, or nothing is left behind the suspects.
    void start_over() { suspects_ = within_ = 0; }

    /// The round ended: what was accepted in it says nothing about the server later on.
    void end_of_round() { has_accepted_ = false; }

    /// Nothing is pending any more.
    void clear() { *this = {}; }

    /// Whether one of the keys was in the batch that failed last, so that another value of it may
    /// end the failures.
    [[nodiscard]] bool is_about(std::vector<std::string> const& keys) const;

  private:
    unsigned failures_ = 0;          ///< in a row
    std::vector<std::string> last_;  ///< keys of the batch that failed last
    std::size_t suspects_ = 0;       ///< number of the oldest keys that failed alone
    std::size_t within_ = 0;  ///< one of so many keys behind the suspects fails; 0 when none need
    bool has_accepted_ = false;  ///< the server took something in this round
};

}  // namespace settings::sync
