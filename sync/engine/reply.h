#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "model/exchange.h"
#include "model/json.h"
#include "model/quote.h"
#include "sync/engine/fault.h"

namespace settings::sync {

/// A request of ours to the service.
struct Request {
    std::string method;
    std::string target;  ///< path, without the configured prefix
    std::string body;    ///< JSON, or empty
};

/// What came back, as far as it matters.
struct Answer {
    unsigned status = 0;
    std::string content_type;
    std::string retry_after;
    std::string date;
    std::string location;
    std::string body;
    Secrets secrets = {};     ///< what the answer may quote and no message may show
    std::string coding = {};  ///< Content-Encoding (RFC 9110, 8.4); empty for none
};

/// What an answer that is no success means; its message has the server's own words, as quote()
/// shows them.
///
/// A 403, 404, 405 or 410 counts only in the service's own words, {"success":false,…}: what a
/// gateway says of itself passes, as a 502 does.
[[nodiscard]] Failure failure_of(Answer const& answer);

/// Whether the service says that it knows no such user: nothing was written for the account yet,
/// and an update may create its document.
[[nodiscard]] bool knows_no_user(Answer const& answer);

/// Whether the service says that there are no settings of an organization for the account: it is in
/// none, or nothing was written for it yet.
[[nodiscard]] bool knows_no_organization(Answer const& answer);

/// Whether a request for an organization's settings met somebody who does not know the call: the
/// status says so, and the answer is none that knows_no_organization() is about.
[[nodiscard]] bool lacks_call(Answer const& answer);

/// The service's own words of an answer, as quote() shows them; empty when it gave none.
[[nodiscard]] std::string words_of(Answer const& answer);

/// The JSON object of an answer that really is the service's success, or why it is none.
[[nodiscard]] std::variant<Json, Failure> read_success(Answer const& answer);

/// The server's document, as far as it can be read here.
struct Document {
    Texts settings = {};
    Unreadable unreadable = {};
};

/// Reads the answer to a GET: the document, or why not. Value by value, for other clients of the
/// account may write what no strict reader takes: half of a character, a number beyond a double.
[[nodiscard]] std::variant<Document, Failure> read_document(Answer const& answer);

/// Reads the answer to a PUT or DELETE: nothing when it was accepted, or why not.
///
/// Accepted means 2xx, JSON, and "success": true. Anything else that says 200 is not a delivery.
[[nodiscard]] std::optional<Failure> read_acceptance(Answer const& answer);

/// An HTTP date (RFC 9110, 5.6.7) as the time since 1970; nothing when it is none.
[[nodiscard]] std::optional<std::chrono::seconds> http_date(std::string const& text);

/// Retry-After (RFC 9110, 10.2.3) in seconds, or as a date measured against the answer's own Date
/// so that no clock of ours matters. At most 24 h; nothing when absent or malformed.
[[nodiscard]] std::optional<Time> retry_after(std::string_view value, std::string_view date);

/// The same of a gateway or a proxy: an hour at most, for it may be a page's that somebody once
/// configured.
[[nodiscard]] std::optional<Time> gateways_retry_after(std::string_view value,
                                                       std::string_view date);

}  // namespace settings::sync
