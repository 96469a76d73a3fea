#include "ipc/request_parser.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>
#include <string>
#include <vector>

#include "model/limits.h"

namespace settings::ipc {
namespace {

using testing::HasSubstr;
using State = RequestParser::State;

/// One request's worth of `bytes`, given in pieces of `piece` bytes, as a socket would.
struct Parsed {
    Parsed(std::string const& bytes, std::size_t piece) : parser{text} {
        std::string buffer;
        for (std::size_t next = 0; next < bytes.size() && !is_done(); next += piece) {
            buffer += bytes.substr(next, piece);
            while (std::size_t const used = parser.take(buffer)) buffer.erase(0, used);
        }
        rest = buffer;
    }

    [[nodiscard]] bool is_done() const {
        return parser.state() == State::complete || parser.state() == State::refused;
    }

    RequestText text;
    RequestParser parser;
    std::string rest;  ///< what the parser has not used
};

struct RequestCase {
    std::string_view name;
    std::string bytes;
    unsigned status;   ///< of the refusal; 0 for a request that is taken
    std::string says;  ///< a part of the refusal, or the body
};

void PrintTo(RequestCase const& test_case, std::ostream* out) { *out << test_case.name; }

std::string get_with(std::string const& fields) {
    return "GET / HTTP/1.1\r\nHost: localhost\r\n" + fields + "\r\n";
}

std::string put_with(std::string const& fields_and_body) {
    return "PUT / HTTP/1.1\r\nHost: localhost\r\n" + fields_and_body;
}

std::string chunked(std::string const& body) {
    return put_with("Transfer-Encoding: chunked\r\n\r\n" + body);
}

std::string crlfs(std::size_t number) {
    std::string lines;
    for (std::size_t n = 0; n < number; ++n) lines += "\r\n";
    return lines;
}

std::vector<RequestCase> cases() {
    return {
        {"Plain", get_with(""), 0, ""},
        {"AfterEmptyLines", "\r\n\r\n" + get_with(""), 0, ""},
        {"AfterTooManyEmptyLines", crlfs(header_bytes_limit / 2) + get_with(""), 431,
         "larger than"},
        {"AfterHalfAnEmptyLine", "\r" + get_with(""), 400, "malformed"},
        {"Http10", "GET / HTTP/1.0\r\n\r\n", 0, ""},
        {"Length", put_with("Content-Length: 5\r\n\r\nhello"), 0, "hello"},
        {"LengthZero", put_with("Content-Length: 0\r\n\r\n"), 0, ""},
        {"Chunks", chunked("2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n"), 0, "hello"},
        {"ChunksOfLineFeeds", chunked("2\r\n\n\n\r\n1\r\n\n\r\n0\r\n\r\n"), 0, "\n\n\n"},
        {"ChunksInCapitals", chunked("0A\r\n0123456789\r\n000\r\n\r\n"), 0, "0123456789"},
        {"NoChunks", chunked("0\r\n\r\n"), 0, ""},
        {"ChunkExtension", chunked("5;a=\"b\"\r\nhello\r\n0\r\n\r\n"), 0, "hello"},
        {"ListOfConditions", get_with("If-Match: \"1\"\r\nIf-Match: \"2\"\r\n"), 0, ""},
        {"LargeChunk", chunked("186a0\r\n" + std::string(100'000, 'a') + "\r\n0\r\n\r\n"), 0,
         std::string(100'000, 'a')},
        {"HeaderOfTheLimit", get_with("X: " + std::string(header_bytes_limit - 40, 'a') + "\r\n"),
         0, ""},
        {"HeaderOverTheLimit", get_with("X: " + std::string(header_bytes_limit - 39, 'a') + "\r\n"),
         431, "16384 bytes"},
        {"EmptyValue", get_with("X-Empty:\r\nX-Blank: \t \r\n"), 0, ""},

        {"NoHttp", "hello\r\n\r\n", 400, "malformed HTTP"},
        {"Http09", "GET /\r\n\r\n", 400, "malformed HTTP"},
        {"Http2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400, "malformed HTTP"},
        {"Tls", "\x16\x03\x01\x02", 400, "malformed HTTP"},
        {"NulInName", get_with(std::string{"X\0y: 1\r\n", 8}), 400, "malformed HTTP"},
        {"NulInValue", get_with(std::string{"X: a\0b\r\n", 8}), 400, "malformed HTTP"},
        {"NulInTarget", std::string{"GET /\0 HTTP/1.1\r\n\r\n", 19}, 400, "malformed HTTP"},
        {"BareLineFeeds", "GET / HTTP/1.1\nHost: localhost\n\n", 400, "malformed HTTP"},
        {"OneBareLineFeed", get_with("X: a\nContent-Length: 5\r\n"), 400, "malformed HTTP"},
        {"BareReturn", get_with("X: a\rContent-Length: 5\r\n"), 400, "malformed HTTP"},
        {"SpaceBeforeColon", put_with("Content-Length : 5\r\n\r\nhello"), 400, "malformed HTTP"},
        {"SpaceBeforeName", get_with(" X: a\r\n"), 400, ""},
        {"Folded", get_with("X: a\r\n b\r\n"), 400, "folded"},
        {"FoldedWithTab", get_with("X: a\r\n\tb\r\n"), 400, "folded"},
        {"FoldedToNothing", get_with("X: a\r\n \r\n"), 400, "folded"},
        {"FoldedFromNothing", get_with("X:\r\n a\r\n"), 400, "folded"},
        {"FoldedHost", "GET / HTTP/1.1\r\nHost:\r\n localhost\r\n\r\n", 400, "folded"},

        {"TwoHosts", get_with("Host: localhost\r\n"), 400, "Host stands twice"},
        {"TwoLengths", put_with("Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello!"), 400,
         "one"},
        {"SameLengthTwice", put_with("Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello"), 400,
         "one"},
        {"ListOfLengths", put_with("Content-Length: 5, 5\r\n\r\nhello"), 400, "one"},
        {"SignedLength", put_with("Content-Length: +5\r\n\r\nhello"), 400, "one"},
        {"HexLength", put_with("Content-Length: 0x5\r\n\r\nhello"), 400, "one"},
        {"EmptyLength", put_with("Content-Length:\r\n\r\n"), 400, "one"},
        {"HugeLength", put_with("Content-Length: 99999999999999999999\r\n\r\n"), 400, "one"},
        {"LengthAndCoding", put_with("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n"),
         400, "not both"},
        {"CodingAndLength", put_with("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n"),
         400, "not both"},
        {"LengthAndNoCoding", put_with("Content-Length: 5\r\nTransfer-Encoding: identity\r\n\r\n"),
         400, "not both"},
        {"CodingTwice",
         put_with("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"), 400,
         ""},
        {"OtherCoding", put_with("Transfer-Encoding: identity\r\n\r\n"), 501, "only"},
        {"OtherCodingFirst", put_with("Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"), 501,
         "only"},
        {"OtherCodingLast", put_with("Transfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n"), 501,
         "only"},
        {"StrangeCoding", put_with("Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n"), 501, "only"},
        {"ChunkedTwice", put_with("Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n"), 501,
         "only"},
        {"CodingInHttp10", "PUT / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400,
         "HTTP/1.0"},

        {"ChunkSizeNotHex", chunked("x\r\nhello\r\n0\r\n\r\n"), 400, "malformed HTTP"},
        {"ChunkSizeNegative", chunked("-1\r\nhello\r\n0\r\n\r\n"), 400, "malformed HTTP"},
        {"ChunkSizePrefixed", chunked("0x5\r\nhello\r\n0\r\n\r\n"), 400, "malformed HTTP"},
        {"ChunkSizeOverflows", chunked("10000000000000005\r\nhello\r\n0\r\n\r\n"), 400, ""},
        {"ChunkSizeAbsurd", chunked("7fffffffffffffff\r\nhello\r\n"), 413, "1048576 bytes"},
        {"ChunkLonger", chunked("3\r\nhello\r\n0\r\n\r\n"), 400, "malformed HTTP"},
        {"ChunkWithBareLineFeed", chunked("5\nhello\n0\n\n"), 400, "carriage return"},
        {"ShortChunkWithBareLineFeed", chunked("1\n"), 400, "carriage return"},
        {"SecondChunkWithBareLineFeed", chunked("2\r\n\n\n\r\n1\n"), 400, "carriage return"},
        {"ChunkEndWithBareLineFeed", chunked("2\r\nab\n"), 400, ""},
        {"LastChunkWithBareLineFeed", chunked("2\r\nab\r\n0\n\n"), 400, "carriage return"},
        {"EndWithBareLineFeed", chunked("2\r\nab\r\n0\r\n\n"), 400, ""},
        {"TrailerWithBareLineFeed", chunked("0\r\nX: a\n\n"), 400, "carriage return"},
        {"ChunkExtensionWithBreak", chunked("5;a=\"\n\"\r\nhello\r\n0\r\n\r\n"), 400,
         "carriage return"},
        {"ChunkLineWithoutEnd", chunked("5;" + std::string(20'000, 'a')), 400, "too long"},
        {"Trailer", chunked("0\r\nX: a\r\n\r\n"), 400, "trailers"},
        {"TrailingHost", chunked("0\r\nHost: example.org\r\n\r\n"), 400, "trailers"},

        {"BodyTooLarge", put_with("Content-Length: 1048577\r\n\r\n"), 413, "1048576 bytes"},
        {"HeaderTooLarge", get_with("X: " + std::string(1'048'576, 'a') + "\r\n"), 431,
         "16384 bytes"},
        {"TooManyFields", get_with([] {
             std::string fields;
             for (int i = 0; i < 2000; ++i) fields += "X: aaaaaaaaaaaaaa\r\n";
             return fields;
         }()),
         431, "16384 bytes"},
        {"TargetTooLong", "GET /" + std::string(1'048'576, 'a'), 431, "16384 bytes"},
        {"BothPartsTogetherTooLarge",
         "GET /" + std::string(9'000, 'a') + " HTTP/1.1\r\nX: " + std::string(9'000, 'a') +
             "\r\n\r\n",
         431, "16384 bytes"},
        {"Expectation", put_with("Expect: a-miracle\r\nContent-Length: 5\r\n\r\n"), 417,
         "100-continue"},
    };
}

class RequestParserTest : public testing::TestWithParam<RequestCase> {};

TEST_P(RequestParserTest, ReadsTheSameHoweverTheBytesArrive) {
    RequestCase const& expected = GetParam();
    std::size_t const whole = expected.bytes.size();
    for (std::size_t const piece : {whole, std::size_t{4096}, std::size_t{7}, std::size_t{3},
                                    std::size_t{2}, std::size_t{1}}) {
        Parsed const parsed{expected.bytes, piece};
        if (expected.status == 0) {
            ASSERT_EQ(parsed.parser.state(), State::complete) << "in pieces of " << piece;
            EXPECT_EQ(parsed.parser.request().body, expected.says);
            EXPECT_TRUE(parsed.rest.empty());
        } else {
            ASSERT_EQ(parsed.parser.state(), State::refused) << "in pieces of " << piece;
            EXPECT_EQ(parsed.parser.refusal().status, expected.status);
            EXPECT_THAT(*parsed.parser.refusal().body, HasSubstr(expected.says));
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Cases, RequestParserTest, testing::ValuesIn(cases()),
                         [](auto const& test) { return std::string{test.param.name}; });

TEST(RequestTest, KeepsWhatTheRoutesNeed) {
    Parsed const parsed{
        "PUT /a?b HTTP/1.0\r\nORIGIN: null\r\nhost: h\r\nIf-Match: \"1\"\r\nif-match: \"2\"\r\n"
        "If-None-Match: *\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}GET",
        1000};

    ASSERT_EQ(parsed.parser.state(), State::complete);
    Request const request = parsed.parser.request();
    EXPECT_EQ(request.method, "PUT");
    EXPECT_EQ(request.target, "/a?b");
    EXPECT_TRUE(request.http_1_0);
    EXPECT_TRUE(request.has_origin);
    EXPECT_EQ(request.host, "h");
    EXPECT_EQ(request.if_match, "\"1\", \"2\"");
    EXPECT_EQ(request.if_none_match, "*");
    EXPECT_EQ(request.content_encoding, "gzip");
    EXPECT_EQ(request.body, "{}");
    EXPECT_EQ(parsed.rest, "GET");
}

TEST(RequestTest, TellsAPageOfAnotherSiteFromAPersonAtABrowser) {
    auto const is_cross_site = [](std::string const& site) {
        Parsed const parsed{"GET / HTTP/1.1\r\nsec-fetch-site: " + site + "\r\n\r\n", 1000};
        return parsed.parser.request().is_cross_site;
    };

    EXPECT_TRUE(is_cross_site("cross-site"));
    EXPECT_TRUE(is_cross_site("same-site"));
    EXPECT_FALSE(is_cross_site("same-origin"));
    EXPECT_FALSE(is_cross_site("none"));
}

TEST(RequestTest, ForgetsTheRequestBefore) {
    Parsed parsed{put_with("Origin: x\r\nIf-Match: \"1\"\r\nContent-Length: 2\r\n\r\n{}"), 1000};

    RequestParser next{parsed.text};
    std::string const bytes = "GET / HTTP/1.1\r\n\r\n";
    next.take(bytes);

    ASSERT_EQ(next.state(), State::complete);
    EXPECT_FALSE(next.request().host);
    EXPECT_FALSE(next.request().has_origin);
    EXPECT_FALSE(next.request().if_match);
    EXPECT_EQ(next.request().body, "");
}

TEST(RequestTest, KnowsWhoseConnectionLivesOn) {
    struct Expected {
        std::string bytes;
        bool lives;
    };
    for (Expected const& expected :
         {Expected{"GET / HTTP/1.1\r\n\r\n", true},
          Expected{"GET / HTTP/1.1\r\nConnection: x, Close\r\n\r\n", false},
          Expected{"GET / HTTP/1.0\r\n\r\n", false},
          Expected{"GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", true}})
        EXPECT_EQ((Parsed{expected.bytes, 1000}.parser.keeps_alive()), expected.lives)
            << expected.bytes;
}

TEST(RequestTest, SeesThatTheClientWaitsToBeAsked) {
    std::string const fields = "Expect: 100-Continue\r\nContent-Length: 5\r\n\r\n";

    EXPECT_TRUE((Parsed{put_with(fields), 1000}.parser.expects_continue()));
    EXPECT_FALSE((Parsed{"PUT / HTTP/1.0\r\n" + fields, 1000}.parser.expects_continue()));
}

TEST(RequestTest, TakesABodyOfExactlyTheLimit) {
    std::string const body(limits::body_bytes, 'a');
    Parsed const parsed{put_with("Content-Length: 1048576\r\n\r\n") + body, 16'384};

    ASSERT_EQ(parsed.parser.state(), State::complete);
    EXPECT_EQ(parsed.parser.request().body.size(), limits::body_bytes);
}

}  // namespace
}  // namespace settings::ipc
