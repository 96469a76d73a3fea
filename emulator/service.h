#pragma once

#include <deque>
#include <map>
#include <string>

#include "emulator/accounts.h"
#include "emulator/call.h"
#include "emulator/document.h"
#include "emulator/http.h"
#include "emulator/quirks.h"

namespace settings::emulator {

/// What a DELETE does about a key that is not there. The documentation leaves it open.
enum class AbsentKey { ignore, refuse };

/// Which choice the service makes where its documentation leaves one. A client must be right under
/// every combination.
struct Rules {
    Merge merge = Merge::deep;                 ///< what a PUT does
    AbsentKey absent_key = AbsentKey::ignore;  ///< what a DELETE does
    unsigned restricted = 403;     ///< what a token gets for which the second factor was not shown
    bool user_calls_only = false;  ///< nothing is known of second factors and organizations
};

/// The settings of every user and organization, and the service's calls.
class Service {
  public:
    Service(Rules rules, Accounts accounts);

    /// Whether there is such a call.
    [[nodiscard]] bool knows(Call call) const;

    [[nodiscard]] Response handle(Call call, Request const& request, Quirks const& quirks,
                                  Time now);

    [[nodiscard]] Accounts& accounts() { return accounts_; }
    [[nodiscard]] Accounts const& accounts() const { return accounts_; }

    /// One document for each user, by email.
    [[nodiscard]] std::map<std::string, Json> const& documents() const { return documents_; }

    void replace_document(std::string const& email, Json document);

    /// An organization's settings, which begin empty.
    [[nodiscard]] Json& organization_document(std::string const& name);

  private:
    /// A document as it was before a change.
    struct Past {
        Time until;
        Json document;
    };
    /// Whose document it is.
    struct Subject {
        Json& document;
        char const* word;   ///< in a sentence
        char const* title;  ///< at its beginning
    };

    [[nodiscard]] Response about_login(Call call, Request const& request, Time now);
    [[nodiscard]] Response about_factor(Call call, Request const& request, Time now);
    [[nodiscard]] Response on_settings(Call call, Request const& request, Quirks const& quirks,
                                       Time now);
    [[nodiscard]] Response on_organization(Call call, std::string const& email,
                                           std::string const& body, Quirks const& quirks);
    [[nodiscard]] Response read(std::string const& email, Quirks const& quirks, Time now) const;
    [[nodiscard]] Response merge(Subject subject, std::string const& body,
                                 Quirks const& quirks) const;
    [[nodiscard]] Response replace(Subject subject, std::string const& body) const;
    [[nodiscard]] Response erase_keys(Subject subject, std::string const& body) const;
    [[nodiscard]] Response on_users(Call call, std::string const& email, std::string const& body,
                                    Quirks const& quirks, Time now);
    [[nodiscard]] Response write(Call call, Subject subject, std::string const& body,
                                 Quirks const& quirks) const;
    void keep_past(std::string const& email, Json before, Time now);

    Rules rules_;
    Accounts accounts_;
    std::map<std::string, Json> documents_;
    std::map<std::string, Json> organizations_;     ///< their documents, by name
    std::map<std::string, std::deque<Past>> past_;  ///< by email, oldest first
};

}  // namespace settings::emulator
