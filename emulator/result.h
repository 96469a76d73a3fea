#pragma once

#include <boost/system/result.hpp>
#include <stdexcept>
#include <string>
#include <utility>

namespace settings::emulator {

/// Why something cannot be done: a sentence for a person.
///
/// A function makes it, because a constructor from a string would leave open whether a string that
/// becomes a Result<std::string> is its value or its error.
class Error {
  public:
    [[nodiscard]] static Error saying(std::string message) {
        Error error;
        error.message_ = std::move(message);
        return error;
    }

    [[nodiscard]] std::string const& message() const { return message_; }

  private:
    std::string message_;
};

[[noreturn]] inline void throw_exception_from_error(Error const& error,
                                                    boost::source_location const& where) {
    boost::throw_exception(std::runtime_error{error.message()}, where);
}

/// A value or an Error. Asking for the value of an error throws std::runtime_error.
template <class T>
using Result = boost::system::result<T, Error>;

}  // namespace settings::emulator
