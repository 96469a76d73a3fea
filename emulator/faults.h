#pragma once

#include <chrono>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "emulator/call.h"
#include "emulator/http.h"
#include "emulator/quirks.h"
#include "emulator/result.h"

namespace settings::emulator {

/// Whether a request with a fault changes anything.
enum class Effect {
    now,    ///< as if nothing were wrong
    never,  ///< the service never sees it
    late,   ///< the request arrives after Action::late_by, when the client has long given up
};

/// How the answer ends on the wire.
enum class Ending {
    whole,              ///< the complete answer
    cut_in_body,        ///< the head and half of the body, then the connection closes
    cut_after_headers,  ///< the head, then the connection closes
    stalled_in_body,    ///< the head and half of the body, then nothing, on an open connection
    dropped,            ///< not a byte, the connection closes
    hung,               ///< not a byte, the connection stays open
    garbage,            ///< bytes that are not HTTP, then the connection closes
};

/// An answer that takes the place of the service's own.
struct Canned {
    Response response;
    std::optional<std::chrono::seconds> retry_at;  ///< a Retry-After as a date, from the request on
};

/// An answer that nobody asked for, beside the usual one.
struct Push {
    std::string head;      ///< its bytes; it has no body
    bool is_last = false;  ///< it comes after the usual answer, not before
};

/// What happens to one request. The default is what a healthy service does.
struct Action {
    Effect effect = Effect::now;
    std::chrono::seconds late_by{0};
    std::optional<Canned> answer;
    Ending ending = Ending::whole;
    std::optional<Push> push;
};

// What a statement can do: something to requests, or something to the service from then on (the
// quirks).
struct Act {
    Action action;
    std::optional<unsigned> times = 1;  ///< nothing means forever
};
struct RefuseKey {
    std::string name;
    bool storing_the_rest = false;
};
struct Poison {
    std::string name;
    unsigned status = 0;  ///< 0: the connection breaks
};
struct KeepOnly {
    std::set<std::string> names;
};
struct Lag {
    std::chrono::seconds by{0};
};
struct Clear {};  ///< no quirks any more

/// One statement of a script.
struct Step {
    std::vector<Call> on;  ///< the calls that it looks at; empty means all
    unsigned after = 0;    ///< how many of them it lets pass first
    std::variant<Act, RefuseKey, Poison, KeepOnly, Lag, Clear> what;
};
using FaultScript = std::vector<Step>;

/// Parses a script; README.md has the grammar. The error says the line, the column, what was
/// expected and what stands there instead.
[[nodiscard]] Result<FaultScript> parse_faults(std::string_view text);

/// Runs a script against the requests of the service, one statement after the other.
class Faults {
  public:
    explicit Faults(FaultScript script = {});

    /// What happens to the next request.
    [[nodiscard]] Action next(Call call);

    [[nodiscard]] Quirks const& quirks() const { return quirks_; }

    /// Statements that are not used up yet.
    [[nodiscard]] std::size_t remaining() const { return steps_.size(); }

  private:
    void run_what_needs_no_request();

    std::deque<Step> steps_;
    Quirks quirks_;
};

}  // namespace settings::emulator
