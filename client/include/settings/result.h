#pragma once

#include <boost/system/result.hpp>
#include <stdexcept>
#include <string>
#include <utility>

#include "settings/built_with.h"

namespace settings::client {

/// What kind of failure a caller may want to tell apart. The sentence beside it is for a person.
enum class Errc {
    unreachable,  ///< no daemon answered, and nothing was changed
    unknown,      ///< a write was sent, and its answer did not come: read back what became of it
    refused,      ///< the request is not acceptable; the message says what to change
    not_found,    ///< nothing has that path, or that number
    wrong_type,   ///< the setting's value is not of the type that was asked for
    stale,        ///< the document moved on since the revision that the caller named
    conflict,     ///< things are not as the request takes them to be; the message says how
    busy,         ///< the daemon cannot take it now; the same call may succeed in a moment
    storage,      ///< the daemon's disk is full, read-only or failed; the message says what to do
    protocol,     ///< what answered does not speak the daemon's API, or its reply broke off
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

  private:
    Errc code_ = Errc::protocol;
    unsigned status_ = 0;
    std::string message_;
};

[[noreturn]] inline void throw_exception_from_error(Error const& error,
                                                    boost::source_location const& where) {
    boost::throw_exception(std::runtime_error{error.message()}, where);
}

/// A value or an Error. Asking for the value of an error throws std::runtime_error.
template <class T>
using Result = boost::system::result<T, Error>;

}  // namespace settings::client
