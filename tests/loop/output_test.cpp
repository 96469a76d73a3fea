#include "loop/output.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <csignal>

namespace settings::loop {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::SizeIs;
using testing::StartsWith;

std::string notice(std::uint64_t count) { return std::to_string(count) + " dropped"; }

/// Both ends of something that takes a bounded number of bytes.
class OutputTest : public testing::TestWithParam<bool> {
  protected:
    OutputTest() {
        std::signal(SIGPIPE, SIG_IGN);
        std::array<int, 2> both{};
        EXPECT_EQ(GetParam() ? socketpair(AF_UNIX, SOCK_STREAM, 0, both.data()) : pipe(both.data()),
                  0);
        reading = os::Descriptor{both[0]};
        writing = os::Descriptor{both[1]};
        output.emplace(writing.number());
    }

    void tell(std::string_view line) { output->tell(line, notice); }

    /// What there is to read, without a wait for more.
    std::string read_all() {
        fcntl(reading.number(), F_SETFL, O_NONBLOCK);
        std::string all;
        std::array<char, 4'096> bytes{};
        for (;;) {
            auto const count = ::read(reading.number(), bytes.data(), bytes.size());
            if (count <= 0) return all;
            all.append(bytes.data(), static_cast<std::size_t>(count));
        }
    }

    os::Descriptor reading;
    os::Descriptor writing;
    std::optional<Output> output;
};

INSTANTIATE_TEST_SUITE_P(PipeAndSocket, OutputTest, testing::Bool());

TEST_P(OutputTest, TellsLines) {
    tell("one");
    tell("two");

    EXPECT_EQ(read_all(), "one\ntwo\n");
}

TEST_P(OutputTest, DropsWhatDoesNotFitAndSaysSoWithWhatDoes) {
    std::string const line(1'000, 'x');
    for (int time = 0; time < 10'000; ++time) tell(line);

    auto const before = read_all();
    tell("after");

    auto const told = std::ranges::count(before, '\n');
    EXPECT_EQ(read_all(), (before.ends_with('\n') ? "" : "\n") +
                              std::to_string(10'000 - told - (before.ends_with('\n') ? 0 : 1)) +
                              " dropped\nafter\n");
}

TEST_P(OutputTest, OutlivesItsReader) {
    reading.close();

    for (int time = 0; time < 3; ++time) tell("nobody");
}

TEST_P(OutputTest, LeavesTheDescriptorAsItWas) {
    EXPECT_EQ(fcntl(writing.number(), F_GETFL) & O_NONBLOCK, 0);
}

TEST_P(OutputTest, CutsALongLine) {
    tell(std::string(100'000, 'x'));

    auto const told = read_all();
    EXPECT_THAT(told, SizeIs(Output::line_bytes - 1));
    EXPECT_THAT(told, EndsWith("…\n"));
}

TEST_P(OutputTest, CutsBetweenCharacters) {
    for (std::string const start : {"", "x"}) {
        std::string line = start;
        while (line.size() < Output::line_bytes) line += "ü";
        tell(line);
        EXPECT_THAT(read_all(), EndsWith("ü…\n"));
    }
}

}  // namespace
}  // namespace settings::loop
