// Clients that mean harm: whatever they do with the socket, whoever is honest beside them is
// answered, and all that they took is given back.

#include <sys/resource.h>

#include <deque>
#include <filesystem>
#include <fstream>

#include "tests/system/support/raw_connection.h"
#include "tests/system/support/system_test.h"

namespace settings::system_test {
namespace {

using testing::Not;
using testing::StartsWith;
using testing::Values;

constexpr char const* host = "Host: localhost\r\n";
constexpr int crowd = 2'500;  // more than there are places for

std::string get(std::string const& target) {
    return "GET " + target + " HTTP/1.1\r\n" + host + "\r\n";
}

std::string put(std::string const& fields_and_body) {
    return "PUT /settings/user HTTP/1.1\r\n" + std::string{host} + fields_and_body;
}

std::string many(std::string const& text, int times) {
    std::string all;
    for (int time = 0; time < times; ++time) all += text;
    return all;
}

class HostileTest : public SystemTest {
  protected:
    /// An app whose connection was there before, with some settings to read.
    void SetUp() override {
        allow_a_crowd();
        boot();
        patch(device(), {{"large", std::string(900'000, 'x')}, {"n", 0}});
        ASSERT_TRUE(app().status());
        descriptors_at_first = descriptors();
    }

    Client& app() {
        if (!app_) app_.emplace(device().socket());
        return *app_;
    }

    /// But for that of the mapped file, which is made anew in its own time.
    [[nodiscard]] std::size_t descriptors() {
        auto const folder = "/proc/" + std::to_string(device().process().pid()) + "/fd";
        std::size_t count = 0;
        for (auto const& each : std::filesystem::directory_iterator{folder}) {
            std::error_code gone;
            auto const target = std::filesystem::read_symlink(each.path(), gone).string();
            if (!gone && target.find(".snapshot") == target.npos) ++count;
        }
        return count;
    }

    /// Of memory, in MiB. A sanitizer keeps what is freed, so that its builds tell nothing.
    [[nodiscard]] long resident() {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
        return 0;
#else
        std::ifstream statm{"/proc/" + std::to_string(device().process().pid()) + "/statm"};
        long all = 0;
        long resident_pages = 0;
        statm >> all >> resident_pages;
        return resident_pages * sysconf(_SC_PAGESIZE) / (1 << 20);
#endif
    }

    /// Reads and edits, on the connection that was there and on a new one.
    void expect_honest_clients_are_answered() {
        for (int n = 1; n <= 20; ++n) {
            ASSERT_TRUE(app().patch({{"n", n}})) << n;
            EXPECT_EQ(device().client().get<int>("n").value(), n);
        }
    }

    void expect_all_is_given_back() {
        expect_eventually([&] { return descriptors(); }, testing::Le(descriptors_at_first));
        expect_honest_clients_are_answered();
        EXPECT_TRUE(device().is_running());
    }

    std::size_t descriptors_at_first = 0;

  private:
    static void allow_a_crowd() {
        rlimit limit{};
        getrlimit(RLIMIT_NOFILE, &limit);
        limit.rlim_cur = limit.rlim_max;
        setrlimit(RLIMIT_NOFILE, &limit);
        if (limit.rlim_max < crowd + 200) GTEST_SKIP() << "too few descriptors for a crowd";
    }

    std::optional<Client> app_;
};

/// What each of a crowd says before it falls silent. None of them reads.
struct Saying {
    char const* name;
    std::string bytes;
    bool ends_its_side = false;
};

void PrintTo(Saying const& saying, std::ostream* stream) { *stream << saying.name; }

class CrowdTest : public HostileTest, public testing::WithParamInterface<Saying> {};

INSTANTIATE_TEST_SUITE_P(
    Clients, CrowdTest,
    Values(Saying{"ThatSayNothing", ""},
           Saying{"WithHalfAHeader", "PUT /settings/user HTTP/1.1\r\nHost: local"},
           Saying{"WithALongHeader", "GET / HTTP/1.1\r\n" + many("X: y\r\n", 2'000)},
           Saying{"WithHalfABody", put("Content-Length: 20\r\n\r\n{\"n\":")},
           Saying{"WithHalfAChunk", put("Transfer-Encoding: chunked\r\n\r\nF;x=y\r\n{\"n\":")},
           Saying{"WhoWaitToBeInvited", put("Expect: 100-continue\r\nContent-Length: 20\r\n\r\n")},
           Saying{"WhoNeverReadTheirAnswers", many(get("/settings/user"), 3)},
           Saying{"WhoAskManyTimes", many(get("/settings/user"), 8)},
           Saying{"WhoWatchAndNeverRead", get("/v1/watch?since=0")},
           Saying{"WhoHalfLeave", get("/settings/user"), true},
           Saying{"WhoHalfLeaveInTheMiddle", put("Content-Length: 20\r\n\r\n{"), true},
           Saying{"WithTwoReadings", put("Content-Length: 5\r\nContent-Length: 6\r\n\r\n{}    ")}),
    [](auto const& saying) { return saying.param.name; });

TEST_P(CrowdTest, TakeNothingFromHonestOnesAndLeaveNothingBehind) {
    auto const before = resident();
    {
        std::deque<RawConnection> hostile;
        for (int n = 0; n < crowd; ++n) {
            auto const& one = hostile.emplace_back(device().socket());
            one.send(GetParam().bytes);
            if (GetParam().ends_its_side) one.finish_sending();
        }

        expect_honest_clients_are_answered();
        EXPECT_LT(resident() - before, 128) << "MiB for a crowd";
    }

    expect_all_is_given_back();
}

TEST_F(HostileTest, OneWhoAsksFasterThanItReadsIsSlowedDownAndNobodyElse) {
    RawConnection const flood{device().socket()};
    auto const before = resident();
    flood.send_at_once(many(get("/settings/user"), 20'000));

    expect_honest_clients_are_answered();
    EXPECT_LT(resident() - before, 64) << "MiB for one connection";
}

TEST_F(HostileTest, ManyWhoComeAndGoLeaveNothingBehind) {
    for (int n = 0; n < 10'000; ++n) {
        RawConnection const one{device().socket()};
        one.send(n % 2 == 0 ? get("/v1/watch") : put("Content-Length: 9\r\n\r\n{"));
    }

    expect_all_is_given_back();
}

// One stream, one reading -------------------------------------------------------------------------

/// What two readers could read in two ways: with the right reading of another reader there is one
/// more request in it.
struct Trick {
    char const* name;
    std::string bytes;
    char const* answer;  ///< its status; the connection ends with it
};

void PrintTo(Trick const& trick, std::ostream* stream) { *stream << trick.name; }

std::string const smuggled = put("Content-Length: 14\r\n\r\n{\"smuggled\":1}");

Trick with(char const* name, std::string const& fields, char const* answer = "400") {
    return {name, put(fields + "\r\n" + smuggled), answer};
}

Trick chunks(char const* name, std::string const& body) {
    return {name, put("Transfer-Encoding: chunked\r\n\r\n" + body + smuggled), "400"};
}

class TrickTest : public SystemTest, public testing::WithParamInterface<Trick> {};

INSTANTIATE_TEST_SUITE_P(
    Rfc9112, TrickTest,
    Values(with("TwoLengths", "Content-Length: 2\r\nContent-Length: 90\r\n"),
           with("TheSameLengthTwice", "Content-Length: 2\r\nContent-Length: 2\r\n"),
           with("AListOfLengths", "Content-Length: 2, 2\r\n"),
           with("ASignedLength", "Content-Length: +2\r\n"),
           with("AHexadecimalLength", "Content-Length: 0x2\r\n"),
           with("AFractionOfALength", "Content-Length: 2.0\r\n"),
           with("AHugeLength", "Content-Length: 18446744073709551617\r\n"),
           with("ALargeLength", "Content-Length: 4294967298\r\n", "413"),
           with("LengthAndCoding", "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n"),
           with("CodingAndLength", "Transfer-Encoding: chunked\r\nContent-Length: 2\r\n"),
           with("TwoCodings", "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n"),
           with("AListOfCodings", "Transfer-Encoding: chunked, identity\r\n", "501"),
           with("AnUnknownCoding", "Transfer-Encoding: xchunked\r\n", "501"),
           with("ACodingInQuotes", "Transfer-Encoding: \"chunked\"\r\n", "501"),
           with("ACodingWithAVerticalTab", "Transfer-Encoding: \vchunked\r\n"),
           with("ABlankBeforeTheColon", "Content-Length : 2\r\n"),
           with("ATabBeforeTheColon", "Transfer-Encoding\t: chunked\r\n"),
           with("ANulInAName", std::string{"Content-Length\0: 2\r\n", 20}),
           with("ANulInAValue", std::string{"X: a\0b\r\n", 8}),
           with("AFoldedLine", "X: a\r\n Content-Length: 2\r\n"),
           with("AFoldedLength", "Content-Length:\r\n 2\r\n"),
           with("ABareLineFeed", "X: a\nContent-Length: 2\r\n"),
           with("ABareCarriageReturn", "X: a\rContent-Length: 2\r\n"),
           with("ALineWithoutAColon", "Content-Length 2\r\n"),
           with("TwoHosts", "Host: localhost\r\nContent-Length: 2\r\n"),
           chunks("ANegativeChunk", "-1\r\n{}\r\n0\r\n\r\n"),
           chunks("AChunkInC", "0x2\r\n{}\r\n0\r\n\r\n"),
           chunks("AChunkWithABlankBefore", " 2\r\n{}\r\n0\r\n\r\n"),
           chunks("AHugeChunk", "FFFFFFFFFFFFFFFFFF\r\n{}"),
           chunks("AChunkWithoutItsEnd", "2\r\n{}0\r\n\r\n"),
           chunks("AChunkThatEndsInALineFeed", "2\n{}\n0\n\n"),
           chunks("ALineFeedInAnExtension", "2;a=\"\n\"\r\n{}\r\n0\r\n\r\n"),
           chunks("ExtensionsWithoutEnd", "2;" + std::string(40'000, 'a') + "\r\n{}\r\n0\r\n\r\n"),
           chunks("ATrailer", "2\r\n{}\r\n0\r\nContent-Length: 9\r\n\r\n"),
           Trick{"ACodingOf1990",
                 "PUT /settings/user HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" +
                     smuggled,
                 "400"},
           Trick{"AVersionOfNobody", "GET / HTTP/1.9\r\nHost: localhost\r\n\r\n" + smuggled, "400"},
           Trick{"NoVersion", "GET /\r\n" + smuggled, "400"},
           Trick{"AnotherProtocol", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + smuggled, "400"},
           Trick{"ABlankAtTheBeginning", " GET / HTTP/1.1\r\nHost: localhost\r\n\r\n" + smuggled,
                 "400"},
           Trick{"TwoBlanksInTheFirstLine", "GET  / HTTP/1.1\r\nHost: localhost\r\n\r\n" + smuggled,
                 "400"},
           Trick{"AHeaderWithoutEnd", "GET / HTTP/1.1\r\n" + many("X: y\r\n", 5'000) + smuggled,
                 "431"}),
    [](auto const& trick) { return trick.param.name; });

TEST_P(TrickTest, GetsOneAnswerAndNoSecondRequest) {
    boot();

    auto const answer = exchange(device().socket(), GetParam().bytes);

    EXPECT_THAT(answer, StartsWith(std::string{"HTTP/1.1 "} + GetParam().answer + ' '));
    EXPECT_EQ(answer.find("HTTP/1.1 ", 1), std::string::npos) << answer;
    EXPECT_EQ(device().document(), Json::object());
}

}  // namespace
}  // namespace settings::system_test
