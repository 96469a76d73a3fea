#pragma once

#include <gtest/gtest.h>

#include <optional>
#include <system_error>

namespace settings {

/// Makes what takes a privilege; where there is none, skips the test. For SetUp(), in which
/// IsSkipped() tells that there is no more to do.
template <class T>
void make_or_skip(std::optional<T>& thing) {
    try {
        thing.emplace();
    } catch (std::system_error const& error) {
        GTEST_SKIP() << error.what();
    }
}

}  // namespace settings
