#pragma once

#include <map>
#include <optional>
#include <string>

#include "model/exchange.h"
#include "sync/engine/fault.h"

namespace settings::sync {

/// Remembers which removals the server accepted, or refused, without carrying them out. After two
/// attempts it never will: a path may mean something else over there, or the key may be locked.
class Removals {
  public:
    /// Counts so many attempts for each removal in the batch. Whether it was carried out is for the
    /// next Fetch to show.
    void accepted(Batch const& batch, unsigned attempts = 1);
    void refused(Batch const& batch, Failure const& refusal, unsigned attempts = 1);

    /// Whether an attempt was counted for this very value, which still has something to remove.
    [[nodiscard]] bool has_answer_for(Pending const& pending) const;

    /// Whether an attempt was counted for one of the batch's keys.
    [[nodiscard]] bool has_answer_in(Batch const& batch) const;

    /// Why another attempt would be of no use; nothing when there may be one.
    [[nodiscard]] std::optional<Refusal> hopeless(Pending const& pending) const;

    /// What the server answered to the first removal in the batch that it refused; nothing when it
    /// refused none.
    [[nodiscard]] std::optional<Failure> refusal_of(Batch const& batch) const;

    /// Forgets those in the batch whose removal the server accepted, and returns them.
    [[nodiscard]] Batch take_accepted(Batch const& batch);

    void forget(std::string const& key) { attempts_.erase(key); }
    void clear() { attempts_.clear(); }

  private:
    /// Attempts to remove what one local value of a key lacks.
    struct Attempts {
        std::optional<Json> local;
        unsigned count = 0;
        std::optional<Failure> refusal;  ///< the last answer; nothing when it was a yes
    };

    void answered(Batch const& batch, std::optional<Failure> const& refusal, unsigned attempts);

    std::map<std::string, Attempts> attempts_;
};

}  // namespace settings::sync
