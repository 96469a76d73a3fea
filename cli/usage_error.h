#pragma once

#include <stdexcept>

namespace settings::cli {

/// The command line asks for something that makes no sense. The text says what to change.
class UsageError : public std::runtime_error {
    using std::runtime_error::runtime_error;
};

}  // namespace settings::cli
