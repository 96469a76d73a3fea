#include "emulator/http.h"

#include <gtest/gtest.h>

namespace settings::emulator {
namespace {

using namespace std::chrono_literals;

constexpr Time example{784111777s};  // RFC 9110's own example

TEST(HttpTest, WritesTimesAsTheStandardDoes) {
    EXPECT_EQ(http_date(example), "Sun, 06 Nov 1994 08:49:37 GMT");
}

TEST(HttpTest, RendersTheHeadAndTheBodyApart) {
    Response response;
    response.body = "{}";
    response.headers.emplace_back("Retry-After", "30");

    Rendered const bytes = render(response, {.method = "GET"}, example);

    EXPECT_EQ(bytes.head,
              "HTTP/1.1 200 OK\r\n"
              "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
              "Retry-After: 30\r\n"
              "Content-Type: application/json; charset=utf-8\r\n"
              "Content-Length: 2\r\n"
              "Connection: keep-alive\r\n\r\n");
    EXPECT_EQ(bytes.body, "{}");
}

TEST(HttpTest, SendsNoBodyWhereHttpForbidsOne) {
    Response response;
    response.body = "{}";

    EXPECT_EQ(render(response, {.method = "HEAD"}, example).body, "");
    EXPECT_NE(render(response, {.method = "HEAD"}, example).head.find("Content-Length: 2\r\n"),
              std::string::npos);

    response.status = 204;
    Rendered const bytes = render(response, {.method = "GET"}, example);
    EXPECT_EQ(bytes.body, "");
    EXPECT_EQ(bytes.head.find("Content-Length"), std::string::npos);
}

TEST(HttpTest, ClosesWhenTheClientWishesIt) {
    Request const request{.method = "GET", .keep_alive = false};

    EXPECT_NE(render({}, request, example).head.find("Connection: close\r\n"), std::string::npos);
}

}  // namespace
}  // namespace settings::emulator
