#pragma once

#include <string>
#include <vector>

#include "tests/support/process.h"

namespace settings::systemd_test {

using Words = std::vector<std::string>;

/// Runs a program to its end, whatever that is.
[[nodiscard]] Finished outcome_of(Words const& words);

/// Runs a program that has to succeed, and returns what it printed. Throws std::runtime_error with
/// what it said.
std::string output_of(Words const& words);

}  // namespace settings::systemd_test
