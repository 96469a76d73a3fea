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
};

/// Every user's settings, and the service's calls on them.
class Service {
  public:
    Service(Rules rules, Accounts accounts);

    [[nodiscard]] Response handle(Call call, Request const& request, Quirks const& quirks,
                                  Time now);

    [[nodiscard]] Accounts& accounts() { return accounts_; }
    [[nodiscard]] Accounts const& accounts() const { return accounts_; }

    /// One document for each user, by email.
    [[nodiscard]] std::map<std::string, Json> const& documents() const { return documents_; }

    void replace_document(std::string const& email, Json document);

  private:
    /// A document as it was before a change.
    struct Past {
        Time until;
        Json document;
    };

    [[nodiscard]] Response read(std::string const& email, Quirks const& quirks, Time now) const;
    [[nodiscard]] Response merge(Json& document, std::string const& body,
                                 Quirks const& quirks) const;
    [[nodiscard]] Response replace(Json& document, std::string const& body) const;
    [[nodiscard]] Response erase_keys(Json& document, std::string const& body) const;
    [[nodiscard]] Response on_document(Call call, Request const& request, Quirks const& quirks,
                                       Time now);
    [[nodiscard]] Response write(Call call, Json& document, std::string const& body,
                                 Quirks const& quirks) const;
    void keep_past(std::string const& email, Json before, Time now);

    [[nodiscard]] Response log_in(std::string const& body, Time now);
    [[nodiscard]] Response refresh(std::string const& body, Time now);
    [[nodiscard]] Response log_out(std::string const& body);

    Rules rules_;
    Accounts accounts_;
    std::map<std::string, Json> documents_;
    std::map<std::string, std::deque<Past>> past_;  ///< by email, oldest first
};

}  // namespace settings::emulator
