#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "settings/arguments.h"
#include "settings/status.h"

namespace settings::client {

// What the daemon tells a person who has to decide. As for Status, a field that it left out is
// empty.

/// Where one setting stands.
struct Explanation {
    std::string path;
    std::string state;  ///< "synced", "pending", "sending", "rejected", "unreadable" or "absent"
    std::vector<std::string> because;  ///< the causes, from the edit to what it waits for
    std::string unblocked_by;          ///< what would end the wait, besides time
    Json answer = {};                  ///< all of it, as it came
    std::string waits_for = {};        ///< one word for programs, as in Status; empty for nothing
};

/// A setting that was changed here and elsewhere, so that one of the two values was not kept.
struct Conflict {
    std::int64_t id = 0;
    std::optional<Time> at;
    std::string path;
    bool kept_ours = true;       ///< this device's value was kept; else the server's
    std::optional<Json> ours;    ///< nothing means that it was removed
    std::optional<Json> theirs;  ///< nothing means that it was removed
    Json answer = {};            ///< all of it, as it came
};

/// What to do with a document of the server that is held for review. The first two are for one that
/// would remove much here, the others for one that is not this device's document yet (see
/// Status::Review::kind).
enum class Verdict {
    apply,    ///< take it over
    refuse,   ///< put this device's document back
    merge,    ///< bring both together; where both have a value, the account's stays
    account,  ///< take the account's document as it is
    device,   ///< bring both together; where both have a value, this device's stays
};

/// A Verdict on a part of what is held, or with exceptions. Settings are named by their top-level
/// keys; of those in Status::Review::keys each can be.
class Decision {
  public:
    Decision(Verdict verdict) : verdict_{verdict} {}

    /// To apply or to refuse these settings alone, at once; the others stay held. Without any it is
    /// refused.
    Decision& keys(Paths const& keys) {
        keys_ = keys.list();
        return *this;
    }

    /// Where another account's document is held: settings for which Verdict::account holds,
    /// whatever holds for the others.
    Decision& account(Paths const& keys) {
        account_ = keys.list();
        return *this;
    }

    /// The same for Verdict::device.
    Decision& device(Paths const& keys) {
        device_ = keys.list();
        return *this;
    }

    /// Does nothing unless what is held is still what was shown with this tag.
    Decision& only_if(std::optional<Tag> tag) {
        only_if_ = std::move(tag);
        return *this;
    }

    [[nodiscard]] Verdict verdict() const { return verdict_; }
    [[nodiscard]] std::optional<std::vector<std::string>> const& keys() const { return keys_; }
    [[nodiscard]] std::vector<std::string> const& account() const { return account_; }
    [[nodiscard]] std::vector<std::string> const& device() const { return device_; }
    [[nodiscard]] std::optional<Tag> const& only_if() const { return only_if_; }

  private:
    Verdict verdict_;
    std::optional<std::vector<std::string>> keys_;
    std::vector<std::string> account_, device_;
    std::optional<Tag> only_if_;
};

/// What to do with an account's document that is not this device's yet, said with a login.
enum class First {
    ask,      ///< hold it until decide()
    merge,    ///< as the Verdict of that name
    account,  ///< as the Verdict of that name
    device,   ///< as the Verdict of that name
};

/// Reads the answer to GET /v1/explain. Never fails.
[[nodiscard]] Explanation explanation_from(Json answer);

/// Reads the list of GET /v1/conflicts. Never fails.
[[nodiscard]] std::vector<Conflict> conflicts_from(Json const& list);

}  // namespace settings::client
