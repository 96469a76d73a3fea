#pragma once

#include "tests/systemd/guest.h"

namespace settings::systemd_test {

/// What holds for a person's daemon and for one of a user without sessions.
class DeviceTest : public testing::TestWithParam<Device Guest::*> {
  protected:
    Device& device() { return guest().*GetParam(); }
    Service& service() { return device().service; }

    std::string state() { return service().property("ActiveState"); }
};

inline auto const either_device = testing::Values(&Guest::alice, &Guest::kiosk);

inline std::string name_of_device(testing::TestParamInfo<Device Guest::*> const& tested) {
    return tested.param == &Guest::alice ? "Person" : "System";
}

}  // namespace settings::systemd_test
