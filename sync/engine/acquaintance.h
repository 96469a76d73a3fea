#pragma once

#include <optional>

#include "model/encounter.h"
#include "model/owner.h"

namespace settings::sync {

/// The document that is not ours yet and waits for a person, and what the person says to it. A word
/// counts for one owner only, and once; with exceptions, for the values that were shown of those.
class Acquaintance {
  public:
    /// What a person said, and on whose document.
    struct Word {
        Meeting meeting = Meeting::hold;
        Owner on;
        Exceptions exceptions = {};
        std::size_t shown = 0;  ///< leaves of the document that the person saw; 0 for none

        bool operator==(Word const&) const = default;
    };

    explicit Acquaintance(std::optional<Word> said = std::nullopt) : said_{std::move(said)} {}

    /// The word on the document of this owner, which is about to be merged.
    [[nodiscard]] std::optional<Meeting> word_on(Owner const& owner);

    /// What word_on() is not for.
    [[nodiscard]] Exceptions exceptions() const { return said_ ? said_->exceptions : Exceptions{}; }

    /// How many leaves the document had that word_on() was said to.
    [[nodiscard]] std::size_t shown() const { return said_ ? said_->shown : 0; }

    /// The document was merged, which uses the word up, or waits for a person.
    void met(std::optional<Encounter> waits);

    /// A person decides on what waits. False when nothing does.
    [[nodiscard]] bool decide(Meeting meeting, Exceptions exceptions = {});

    /// A person said it with a login, ahead of any look; nothing forgets what was said before.
    void said(std::optional<Word> word) { said_ = std::move(word); }

    /// Another token came, or none is left: what waited is not known to wait any more.
    void forget() { waits_.reset(); }

    [[nodiscard]] std::optional<Encounter> const& waits() const { return waits_; }

    /// What must outlive the process.
    [[nodiscard]] std::optional<Word> const& said() const { return said_; }

  private:
    std::optional<Word> said_;
    std::optional<Encounter> waits_;
    Owner looked_at_;  ///< whose document was merged last, or waits
};

}  // namespace settings::sync
