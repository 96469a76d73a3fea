#include "sync/remote/family_lookup.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <set>

namespace settings::sync {
namespace {

using namespace std::chrono_literals;
using testing::SizeIs;
using testing::VariantWith;

/// A libc that has no answer for some families until the test is over. Finds one address by IPv4,
/// two by IPv6, and three by both.
class FamilyLookupTest : public testing::Test {
  protected:
    void TearDown() override { release.set_value(); }

    NameLookup::Found find(std::set<Family> const& unanswered, std::chrono::milliseconds patience) {
        auto const ask = [unanswered, released = released](Family family, auto const&,
                                                           auto const&) -> NameLookup::Found {
            if (unanswered.contains(family)) released.wait();
            if (family == Family::any) return NameLookup::Endpoints(3);
            return NameLookup::Endpoints(family == Family::v4 ? 1 : 2);
        };
        return find_by_family(ask, "host", "443", patience);
    }

    std::promise<void> release;
    std::shared_future<void> released = release.get_future();
};

TEST_F(FamilyLookupTest, TakesWhatBothGiveInTime) {
    EXPECT_THAT(find({Family::v4, Family::v6}, 1h), VariantWith<NameLookup::Endpoints>(SizeIs(3)));
}

TEST_F(FamilyLookupTest, OneFamilyWithoutAnAnswerHoldsUpNobody) {
    EXPECT_THAT(find({Family::any, Family::v6}, 1ms),
                VariantWith<NameLookup::Endpoints>(SizeIs(1)));
    EXPECT_THAT(find({Family::any, Family::v4}, 1ms),
                VariantWith<NameLookup::Endpoints>(SizeIs(2)));
}

TEST_F(FamilyLookupTest, SaysWhyThereAreNone) {
    auto const ask = [](Family family, auto const&, auto const&) -> NameLookup::Found {
        return family == Family::any ? "Host not found" : "No address";
    };

    EXPECT_THAT(find_by_family(ask, "host", "443", 1h), VariantWith<std::string>("Host not found"));
}

TEST_F(FamilyLookupTest, AFamilyWithoutAddressesEndsNoLookup) {
    auto const ask = [released = released](Family family, auto const&,
                                           auto const&) -> NameLookup::Found {
        if (family == Family::any) released.wait();
        if (family == Family::v6) return "No address";
        return NameLookup::Endpoints(1);
    };

    EXPECT_THAT(find_by_family(ask, "host", "443", 1ms),
                VariantWith<NameLookup::Endpoints>(SizeIs(1)));
}

}  // namespace
}  // namespace settings::sync
