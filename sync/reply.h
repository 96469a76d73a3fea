#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "model/json.h"
#include "sync/backoff.h"

namespace settings::sync {

/// Why an attempt did not succeed, as far as the engine decides differently on it.
enum class Fault {
    offline,          ///< no connection was made: nothing was sent
    untrusted,        ///< TLS could not prove who the server is: nothing was sent
    unknown_outcome,  ///< the request may or may not have been carried out
    server_error,     ///< 408, 429, 5xx and the rest: later, perhaps
    impostor,         ///< an answer, but not the service's: a captive portal or a proxy
    refused,          ///< 400, 422: these values not
    too_large,        ///< 413: not so many at once
    unauthorized,     ///< 401, or no token at all
    forbidden,        ///< 403
    missing,          ///< 404, 405, 410: the account or the endpoint is not there
    storage,          ///< our own disk could not record it
};

struct Failure {
    Fault fault = Fault::offline;
    std::string message;                   ///< one sentence for a person
    unsigned status = 0;                   ///< of the answer; 0 when there was none
    std::optional<Time> retry_after = {};  ///< the least wait that the server asks for
    std::uint64_t token = 0;  ///< generation of the token that was sent; see TokenState
};

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
};

/// What an answer that is no success means; its message has the server's own words.
[[nodiscard]] Failure failure_of(Answer const& answer);

/// The JSON object of an answer that really is the service's success, or why it is none.
[[nodiscard]] std::variant<Json, Failure> read_success(Answer const& answer);

/// Reads the answer to a GET: the document, or why not.
[[nodiscard]] std::variant<Json, Failure> read_document(Answer const& answer);

/// Reads the answer to a PUT or DELETE: nothing when it was accepted, or why not.
///
/// Accepted means 2xx, JSON, and "success": true. Anything else that says 200 is not a delivery.
[[nodiscard]] std::optional<Failure> read_acceptance(Answer const& answer);

/// An HTTP date (RFC 9110, 5.6.7) as the time since 1970; nothing when it is none.
[[nodiscard]] std::optional<std::chrono::seconds> http_date(std::string const& text);

/// Retry-After (RFC 9110, 10.2.3) in seconds, or as a date measured against the answer's own Date
/// so that no clock of ours matters. At most 24 h; nothing when absent or malformed.
[[nodiscard]] std::optional<Time> retry_after(std::string_view value, std::string_view date);

}  // namespace settings::sync
