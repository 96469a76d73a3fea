#include "emulator/request_log.h"

#include <gtest/gtest.h>

namespace settings::emulator {
namespace {

TEST(RequestLogTest, ForgetsTheOldestWhenThereAreTooMany) {
    RequestLog log;

    for (std::size_t each = 0; each < RequestLog::entry_limit + 2; ++each)
        log.add({.method = "GET"}, Call::get, 200, Time{});

    Json const list = log.to_json();
    EXPECT_EQ(list.size(), RequestLog::entry_limit);
    EXPECT_EQ(list.front()["number"], 3);
}

TEST(RequestLogTest, ForgetsTheOldestWhenTheyAreTooLarge) {
    RequestLog log;
    Request const half{.method = "PUT", .body = std::string(RequestLog::byte_limit / 2, 'x')};

    log.add(half, Call::put, 400, Time{});
    log.add(half, Call::put, 400, Time{});
    EXPECT_EQ(log.to_json().size(), 2U);
    log.add({.method = "PUT", .body = "x"}, Call::put, 400, Time{});
    EXPECT_EQ(log.to_json().size(), 2U);
    log.clear();
    log.add(half, Call::put, 400, Time{});
    log.add(half, Call::put, 400, Time{});

    EXPECT_EQ(log.to_json().size(), 2U);
}

}  // namespace
}  // namespace settings::emulator
