#include "client/event_stream.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace settings::client {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using Blocks = std::vector<std::string>;

/// Each block as "type|data|id".
Blocks blocks_of(EventStreamReader& reader) {
    Blocks blocks;
    while (auto const event = reader.take())
        blocks.push_back(event->type + '|' + event->data + '|' + event->id);
    return blocks;
}

/// Reads the text in pieces of that many bytes.
Blocks read(std::string_view text, std::size_t piece = std::string_view::npos) {
    EventStreamReader reader{1'000};
    for (; !text.empty(); text.remove_prefix(std::min(piece, text.size())))
        EXPECT_TRUE(reader.feed(text.substr(0, piece)));
    return blocks_of(reader);
}

TEST(EventStreamTest, ReadsEventsHoweverTheyAreCut) {
    std::string const text =
        "retry: 1000\nid: 41\n\nevent: change\nid: 42\ndata: {\"a\":1}\n\n: alive\nid: 43\n\n";
    for (std::size_t piece = 1; piece <= text.size(); ++piece)
        EXPECT_THAT(read(text, piece), ElementsAre("||41", "change|{\"a\":1}|42", "||43")) << piece;
}

TEST(EventStreamTest, EndsLinesWithCrLfOrBoth) {
    std::string const text = "data: a\r\ndata: b\rdata: c\n\r\ndata: d\r\rdata: e\r\n\r\n";
    for (std::size_t piece = 1; piece <= text.size(); ++piece)
        EXPECT_THAT(read(text, piece), ElementsAre("|a\nb\nc|", "|d|", "|e|")) << piece;
}

TEST(EventStreamTest, JoinsLinesOfData) {
    EXPECT_THAT(read("data: a\ndata\ndata:  b\n\n"), ElementsAre("|a\n\n b|"));
}

TEST(EventStreamTest, TakesOneSpaceAfterTheColonAtMost) {
    EXPECT_THAT(read("event:x\ndata:a:b\nid:  1\n\n"), ElementsAre("x|a:b| 1"));
}

TEST(EventStreamTest, PassesOverCommentsUnknownFieldsAndAByteOrderMark) {
    EXPECT_THAT(read("\xEF\xBB\xBF"
                     "data: a\n: hello\n:\nwhat: ever\nodd\n\n"),
                ElementsAre("|a|"));
}

TEST(EventStreamTest, TheIdStaysUntilTheNextOne) {
    EXPECT_THAT(read("id: 7\n\ndata: a\n\nid\ndata: b\n\n"), ElementsAre("||7", "|a|7", "|b|"));
    EXPECT_THAT(read(std::string_view{"id: 7\nid: \0x\n\n", 14}), ElementsAre("||7"))
        << "an id with a NUL is none";
}

TEST(EventStreamTest, DoesNotTellABlockThatIsNotComplete) {
    EXPECT_THAT(read("data: a\n"), IsEmpty());
    EXPECT_THAT(read("data: a\n\ndata: b"), ElementsAre("|a|"));
}

TEST(EventStreamTest, KnowsHowLongToWait) {
    EventStreamReader reader{100};
    EXPECT_FALSE(reader.retry());

    EXPECT_TRUE(reader.feed("retry: 1500\nretry: soon\nretry: -1\nretry:\n"));

    EXPECT_EQ(reader.retry(), std::chrono::milliseconds{1'500});
}

TEST(EventStreamTest, RefusesALineThatIsTooLong) {
    EventStreamReader reader{10};
    EXPECT_TRUE(reader.feed("data: 1234"));
    EXPECT_FALSE(reader.feed("5"));
}

TEST(EventStreamTest, RefusesDataThatIsTooLong) {
    EventStreamReader reader{10};
    EXPECT_TRUE(reader.feed("data: 123\ndata: 456\n"));
    EXPECT_FALSE(reader.feed("data: 78\n"));
}

}  // namespace
}  // namespace settings::client
