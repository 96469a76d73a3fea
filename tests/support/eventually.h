#pragma once

#include <gmock/gmock.h>

#include <chrono>
#include <stdexcept>
#include <string>
#include <thread>

namespace settings {

/// So long is waited for what should be there soon; only what never comes takes all of it.
inline constexpr std::chrono::seconds patience{30};

/// Asks until `condition` holds. Throws, naming the promise, when it does not in time.
template <class Condition>
void eventually(std::string const& promise, Condition condition) {
    auto const deadline = std::chrono::steady_clock::now() + patience;
    while (!condition()) {
        if (std::chrono::steady_clock::now() > deadline)
            throw std::runtime_error{"not within " + std::to_string(patience.count()) +
                                     " s: " + promise};
        std::this_thread::sleep_for(std::chrono::milliseconds{5});
    }
}

/// Asks until the answer matches; fails the test with the last one when it does not in time.
template <class Probe, class Matcher>
void expect_eventually(Probe probe, Matcher const& matcher) {
    auto const deadline = std::chrono::steady_clock::now() + patience;
    auto answer = probe();
    while (!testing::Value(answer, matcher) && std::chrono::steady_clock::now() < deadline) {
        std::this_thread::sleep_for(std::chrono::milliseconds{20});
        answer = probe();
    }
    EXPECT_THAT(answer, matcher);
}

}  // namespace settings
