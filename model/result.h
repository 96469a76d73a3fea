#pragma once

#include <boost/system/result.hpp>
#include <string>
#include <utility>

namespace settings {
inline namespace model {

/// What kind of failure a caller may want to tell apart. The sentence beside it is for a person.
enum class Errc {
    bad_request,     ///< the input is wrong; sending it again changes nothing
    too_large,       ///< the input is over a bound of limits.h
    not_found,       ///< nothing is stored under that name
    stale,           ///< the document moved on since the revision that the caller named
    conflict,        ///< what was to be undone has been changed again since
    busy,            ///< too much is queued; the same call may work in a moment
    storage_full,    ///< the disk cannot take it; works again when there is space
    storage_broken,  ///< the disk failed in a way that needs a restart or a person
};

/// An expected failure: a code for the program and a sentence for a person.
///
/// A class and not an aggregate, because Result<Aggregate> makes conversions ambiguous in C++20.
class Error {
  public:
    Error() = default;
    Error(Errc code, std::string message) : code_{code}, message_{std::move(message)} {}

    [[nodiscard]] Errc code() const { return code_; }
    [[nodiscard]] std::string const& message() const { return message_; }

  private:
    Errc code_ = Errc::bad_request;
    std::string message_;
};

[[noreturn]] inline void throw_exception_from_error(Error const& error,
                                                    boost::source_location const& where) {
    boost::throw_exception(std::runtime_error{error.message()}, where);
}

/// A value or an Error. Asking for the value of an error throws std::runtime_error.
template <class T>
using Result = boost::system::result<T, Error>;

}  // namespace model
}  // namespace settings
