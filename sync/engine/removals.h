#pragma once

#include <map>
#include <optional>
#include <string>

#include "model/batch.h"

namespace settings::sync {

/// Remembers which removals the server accepted, or refused, without carrying them out. After two
/// times it never will: a path may mean something else over there, or the key may be locked.
class Removals {
  public:
    /// The removals of this batch were answered so, and are to be looked at.
    void struck(Batch const& batch, Refusal const& refusal);

    /// Whether this very value was struck before, and there is still something to remove for it.
    [[nodiscard]] bool knows(Pending const& pending) const;

    /// Why it is of no use to try this one again; nothing when it may be tried.
    [[nodiscard]] std::optional<Refusal> hopeless(Pending const& pending) const;

    void forget(std::string const& key) { struck_.erase(key); }
    void clear() { struck_.clear(); }

  private:
    struct Struck {
        std::optional<Json> local;
        unsigned times = 0;
        Refusal words;
    };
    std::map<std::string, Struck> struck_;
};

}  // namespace settings::sync
