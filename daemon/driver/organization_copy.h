#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "model/change_set.h"
#include "model/json.h"
#include "model/owner.h"
#include "model/time.h"
#include "sync/engine/reply.h"

namespace settings::daemon {

// What is known of the settings of an account's organization, and how it becomes known. Pure.

/// A moment on both clocks: the daemon's stands still while the machine is off, and a person may
/// set the other one.
struct Instant {
    Time clock{};               ///< on the daemon's clock
    std::int64_t unix_now = 0;  ///< in milliseconds since 1970
};

/// How long ago a moment was, by the clock that says more.
[[nodiscard]] std::chrono::seconds age_of(Instant const& then, Instant const& now);

/// What became other settings between two looks.
struct OrganizationChange {
    std::int64_t at = 0;  ///< of the later look, in milliseconds since 1970
    ChangeSet changes = {};
};

/// What the service said when it was asked for an organization's settings.
struct OrganizationCopy {
    enum class Kind {
        settings,  ///< they are these
        none,      ///< there are none for this account
        unknown,   ///< it does not know the call
    };

    Kind kind = Kind::unknown;
    Owner owner = {};                ///< for whom it was asked, and which server
    Json settings = Json::object();  ///< empty for the other kinds
    std::string words = {};          ///< the service's own; empty where a gateway answered
    Instant at = {};
    std::vector<OrganizationChange> changes = {};  ///< the last ones, oldest first
};

/// Reads the answer to a GET.
[[nodiscard]] std::variant<OrganizationCopy, sync::Failure> copy_in(sync::Answer const& answer,
                                                                    Owner const& owner,
                                                                    Instant const& now);

/// Whether `fresh` says more than `former`. A service that has known the call before is there still
/// when something in front of it answers 404.
[[nodiscard]] bool may_replace(std::optional<OrganizationCopy> const& former,
                               OrganizationCopy const& fresh);

/// Hands on the changes of the copy that `fresh` replaces, with the newest, which is returned if
/// there is one. As many of the last ones are kept as have room. Of another owner's copy nothing is
/// handed on.
std::optional<OrganizationChange> hand_on(OrganizationCopy const& former, OrganizationCopy& fresh);

/// Whether an app that asks is to be answered from the service: without a copy, and where the call
/// was not known, once a day by the service's own words and each ten minutes by a gateway's. A time
/// from the future, as from a damaged note, counts as none.
[[nodiscard]] bool is_to_be_asked(std::optional<OrganizationCopy> const& copy, Instant const& now);

/// The copy as a text, for the store.
[[nodiscard]] std::string text_of(OrganizationCopy const& copy);

/// Reads what text_of() wrote; nothing for any other text.
[[nodiscard]] std::optional<OrganizationCopy> copy_from(std::string_view text);

}  // namespace settings::daemon
