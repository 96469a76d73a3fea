// Makes the machine ready, then runs the tests.

#include <gtest/gtest.h>

#include <cstdio>
#include <exception>
#include <optional>

#include "tests/systemd/guest.h"

namespace settings::systemd_test {
namespace {

std::optional<Guest> made;

}  // namespace

Guest& guest() { return *made; }

}  // namespace settings::systemd_test

int main(int argc, char** argv) {
    testing::InitGoogleTest(&argc, argv);
    try {
        settings::systemd_test::made.emplace();
    } catch (std::exception const& error) {
        std::fprintf(stderr, "the guest cannot be made ready: %s\n", error.what());
        return 1;
    }
    return RUN_ALL_TESTS();
}
