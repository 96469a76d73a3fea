#include "tests/crash/disk.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace settings::crash {
namespace {

using testing::Contains;
using testing::Each;
using testing::ElementsAre;
using testing::Pair;
using testing::UnorderedElementsAre;

class DiskTest : public testing::Test {
  protected:
    void carry_out(std::vector<Deed> const& deeds) {
        for (auto const& deed : deeds) disk.carry_out(deed);
    }

    /// All that may be there after a power cut now.
    std::set<Files> outcomes() const {
        std::set<Files> found;
        for (unsigned seed = 0; seed < 500; ++seed) {
            Disk::Chance chance{seed};
            found.insert(disk.after_power_cut(chance));
        }
        return found;
    }

    Disk disk;
};

TEST_F(DiskTest, WhatWasFlushedIsThere) {
    carry_out({Link{"a", 0}, Write{0, 0, "old"}, Write{0, 1, "nd"}, Flush{0}});
    EXPECT_THAT(outcomes(), ElementsAre(Files{{"a", "ond"}}));
}

TEST_F(DiskTest, WhatWasNotFlushedMayBeThere) {
    carry_out({Link{"a", 0}, Write{0, 0, "old"}, Flush{0}, Write{0, 0, "new"}, Resize{0, 2}});
    EXPECT_THAT(outcomes(), UnorderedElementsAre(Files{{"a", "old"}}, Files{{"a", "new"}},
                                                 Files{{"a", "ol"}}, Files{{"a", "ne"}}));
}

TEST_F(DiskTest, SectorsOfAWriteMayBeThereAlone) {
    std::string const first(512, '1'), second(512, '2'), none(512, '0');
    carry_out({Link{"a", 0}, Write{0, 0, none + none}, Flush{0}, Write{0, 0, first + second}});
    EXPECT_THAT(outcomes(),
                UnorderedElementsAre(Files{{"a", none + none}}, Files{{"a", first + second}},
                                     Files{{"a", first + none}}, Files{{"a", none + second}}));
}

TEST_F(DiskTest, AnEarlierWriteMayBeLostAndALaterOneKept) {
    carry_out({Link{"a", 0}, Write{0, 0, "__"}, Flush{0}, Write{0, 0, "1"}, Write{0, 1, "2"}});
    EXPECT_THAT(outcomes(), Contains(Files{{"a", "_2"}}));
}

TEST_F(DiskTest, NamesChangeInOrderAndForCertainWithTheFolder) {
    carry_out({Link{"a", 0}, Flush{0}, FlushFolder{}, Unlink{"a"}, Link{"b", 1}});
    EXPECT_THAT(outcomes(), UnorderedElementsAre(Files{{"a", ""}}, Files{}, Files{{"b", ""}}));
    carry_out({FlushFolder{}});
    EXPECT_THAT(outcomes(), ElementsAre(Files{{"b", ""}}));
}

TEST_F(DiskTest, ARenamedFileIsThereUnderOneOfItsNames) {
    carry_out({Link{"new", 0}, Write{0, 0, "2"}, Flush{0}, Link{"a", 1}, Write{1, 0, "1"}, Flush{1},
               FlushFolder{}, Rename{"new", "a"}});
    EXPECT_THAT(outcomes(),
                UnorderedElementsAre(Files{{"a", "1"}, {"new", "2"}}, Files{{"a", "2"}}));
}

TEST_F(DiskTest, AFlushKeepsANewNameThatWasAnotherFilesBefore) {
    carry_out({Link{"a", 0}, Flush{0}, FlushFolder{}, Unlink{"a"}, Link{"a", 1}, Write{1, 0, "new"},
               Flush{1}});
    EXPECT_THAT(outcomes(), ElementsAre(Files{{"a", "new"}}));
}

TEST_F(DiskTest, ADiskThatIgnoresFlushesKeepsNothingForCertain) {
    disk = Disk{Disk::Kind::ignores_flushes};
    carry_out({Link{"a", 0}, Write{0, 0, "old"}, Flush{0}, FlushFolder{}});
    EXPECT_THAT(outcomes(), Contains(Files{}));
}

TEST_F(DiskTest, RemembersTheLastPromise) {
    carry_out({Promise{3}, Promise{4}});
    EXPECT_EQ(disk.promised(), 4U);
}

}  // namespace
}  // namespace settings::crash
