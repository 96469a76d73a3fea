#pragma once

#include <boost/system/result.hpp>
#include <chrono>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "settings/built_with.h"

namespace settings::client {

/// What kind of failure a caller may want to tell apart. The sentence beside it is for a person.
enum class Errc {
    unreachable,  ///< no daemon answered, and nothing was changed
    unknown,  ///< a write was sent, and no answer of the daemon's came: read back what became of it
    refused,  ///< the request is not acceptable; the message says what to change
    not_found,   ///< nothing has that path, or that number
    wrong_type,  ///< the setting's value is not of the type that was asked for
    stale,       ///< the document moved on since the revision that the caller named
    conflict,    ///< things are not as the request takes them to be; the message says how
    busy,        ///< the daemon cannot take it now; the same call may succeed in a moment
    storage,     ///< the daemon's disk is full, read-only or failed; the message says what to do
    protocol,    ///< what answered does not speak the daemon's API, or its reply broke off
    incomplete,  ///< a login goes on: the account wants to see a second factor
};

/// What an account wants to see after the password, in one of these ways.
struct SecondFactor {
    static constexpr char const* code = "GOOGLE_AUTH";  ///< of an authenticator
    static constexpr char const* link = "MAGIC_LINK";   ///< that the service mails

    std::vector<std::string> methods;    ///< as the service names them
    std::string primary;                 ///< the one that its owner prefers; may be empty
    std::chrono::seconds locked_for{0};  ///< no answer is taken for so long
};

/// An expected failure: a code for the program and a sentence for a person.
///
/// A class and not an aggregate, because Result<Aggregate> makes conversions ambiguous in C++20.
class Error {
  public:
    Error() = default;
    Error(Errc code, std::string message, unsigned status = 0)
        : code_{code}, status_{status}, message_{std::move(message)} {}

    [[nodiscard]] Errc code() const { return code_; }
    [[nodiscard]] std::string const& message() const { return message_; }

    /// The HTTP status of the daemon's answer, 0 when there was none.
    [[nodiscard]] unsigned status() const { return status_; }

    /// What a login waits for, where it does.
    [[nodiscard]] std::optional<SecondFactor> const& second_factor() const { return factor_; }
    void set_second_factor(SecondFactor factor) { factor_ = std::move(factor); }

  private:
    Errc code_ = Errc::protocol;
    unsigned status_ = 0;
    std::string message_;
    std::optional<SecondFactor> factor_;
};

[[noreturn]] inline void throw_exception_from_error(Error const& error,
                                                    boost::source_location const& where) {
    boost::throw_exception(std::runtime_error{error.message()}, where);
}

/// A value or an Error. Asking for the value of an error throws std::runtime_error.
template <class T>
using Result = boost::system::result<T, Error>;

}  // namespace settings::client
