#include "client/http.h"

#include <gtest/gtest.h>

namespace settings::client {
namespace {

std::string const with_length = "HTTP/1.1 200 OK\r\nETag: \"7\"\r\nContent-Length: 5\r\n\r\nhello";
std::string const without_length = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\nhello";

TEST(HttpTest, WritesARequest) {
    EXPECT_EQ(text_of({.method = "GET", .target = "/a"}, "clock/1"),
              "GET /a HTTP/1.1\r\nHost: localhost\r\nUser-Agent: clock/1\r\n\r\n");
    EXPECT_EQ(text_of({.method = "PUT", .target = "/a", .body = "{}", .headers = {{"X", "y"}}}, ""),
              "PUT /a HTTP/1.1\r\nHost: localhost\r\nX: y\r\nContent-Type: application/json\r\n"
              "Content-Length: 2\r\n\r\n{}");
    EXPECT_EQ(text_of({.method = "POST", .target = "/a"}, ""),
              "POST /a HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n");
}

TEST(HttpTest, ANameCannotEndItsLine) {
    EXPECT_EQ(text_of({.method = "GET", .target = "/"}, "a\r\nX: y\xC3\xBC\x7F z"),
              "GET / HTTP/1.1\r\nHost: localhost\r\nUser-Agent: aX: y z\r\n\r\n");
}

TEST(HttpTest, ReadsAReplyByteByByte) {
    ReplyReader reader;
    for (char const& byte : with_length) {
        EXPECT_FALSE(reader.is_done());
        ASSERT_TRUE(reader.feed({&byte, 1}));
        EXPECT_TRUE(reader.has_begun());
    }

    EXPECT_TRUE(reader.is_done() && reader.is_reusable());
    auto const reply = reader.take();
    EXPECT_EQ(reply.status, 200U);
    EXPECT_EQ(reply.etag, "\"7\"");
    EXPECT_EQ(reply.body, "hello");
}

TEST(HttpTest, ABodyWithoutLengthEndsWithTheConnection) {
    ReplyReader reader;
    ASSERT_TRUE(reader.feed(without_length));
    EXPECT_FALSE(reader.is_done());

    EXPECT_TRUE(reader.close());

    EXPECT_TRUE(reader.is_done());
    EXPECT_FALSE(reader.is_reusable());
    EXPECT_EQ(reader.take().body, "hello");
}

TEST(HttpTest, ABodyCanBeTakenAsItComes) {
    ReplyReader reader{ReplyReader::Body::endless};
    std::string body;
    for (char const& byte : without_length) {
        ASSERT_TRUE(reader.feed({&byte, 1}));
        if (reader.has_head()) body += reader.take_body();
    }

    EXPECT_EQ(body, "hello");
    EXPECT_EQ(reader.content_type(), "text/plain");
}

TEST(HttpTest, AReplyThatIsCutShortIsNone) {
    for (std::size_t bytes = 0; bytes < with_length.size(); ++bytes) {
        ReplyReader reader;
        ASSERT_TRUE(reader.feed(with_length.substr(0, bytes)));
        EXPECT_FALSE(reader.close()) << bytes;
        EXPECT_EQ(reader.has_begun(), bytes > 0);
    }
}

TEST(HttpTest, MoreThanOneReplyLeavesAConnectionThatIsNotReused) {
    ReplyReader reader;

    ASSERT_TRUE(reader.feed(with_length + "H"));

    EXPECT_TRUE(reader.is_done());
    EXPECT_FALSE(reader.is_reusable());
}

TEST(HttpTest, PassesOverWhatIsSaidBeforeTheAnswer) {
    std::string const before =
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n";
    ReplyReader at_once;
    ASSERT_TRUE(at_once.feed(before + with_length));
    EXPECT_TRUE(at_once.is_done() && at_once.is_reusable());
    EXPECT_EQ(at_once.take().status, 200U);

    ReplyReader slow;
    for (char const& byte : before + with_length) {
        EXPECT_FALSE(slow.is_done());
        ASSERT_TRUE(slow.feed({&byte, 1}));
    }
    EXPECT_EQ(slow.take().body, "hello");

    ReplyReader cut;
    ASSERT_TRUE(cut.feed(before));
    EXPECT_TRUE(cut.has_begun()) << "nobody may take it for a connection that nobody used";
    EXPECT_FALSE(cut.has_head());
    EXPECT_FALSE(cut.close());

    EXPECT_FALSE(ReplyReader{}.feed("HTTP/1.1 101 Switching Protocols\r\n\r\n"));
}

TEST(HttpTest, RefusesWhatItDoesNotRead) {
    for (auto const* text : {"220 mail.example ESMTP\r\n", "HTTP/1.1 200 OK\r\nbroken\r\n\r\n",
                             "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                             "HTTP/1.1 200 OK\r\nContent-Length: 999999999999\r\n\r\nx"})
        EXPECT_FALSE(ReplyReader{}.feed(text)) << text;
}

}  // namespace
}  // namespace settings::client
