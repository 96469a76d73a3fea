// The algebra of the model, on generated documents: thousands of small ones from a fixed seed, with
// few names and values so that both sides often touch the same place.

#include <gtest/gtest.h>

#include <random>

#include "model/change_set.h"
#include "model/merge.h"
#include "model/patch.h"

namespace settings {
namespace {

class Generator {
  public:
    explicit Generator(std::uint32_t seed) : random_{seed} {}

    Json document() { return object(3); }

    /// A document that differs from `base` in a few places.
    Json edited(Json base) {
        for (auto edits = below(4); edits > 0; --edits) {
            if (below(3) == 0 && !base.empty())
                base.erase(std::next(base.begin(), below(static_cast<int>(base.size()))));
            else
                base[name()] = value(2);
        }
        for (auto& member : base)
            if (member.is_object() && below(2) == 0) member = edited(member);
        return base;
    }

    std::optional<Json> maybe(Json value) {
        if (below(8) == 0) return std::nullopt;
        return value;
    }

  private:
    int below(int bound) { return std::uniform_int_distribution{0, bound - 1}(random_); }

    std::string name() {
        static constexpr std::array names{"a", "b", "c", "a.b", ""};
        return names.at(static_cast<std::size_t>(below(names.size())));
    }

    Json value(int depth) {
        switch (below(depth > 0 ? 7 : 4)) {
            case 0: return nullptr;
            case 1: return below(3);
            case 2: return below(2) == 0;
            case 3: return "text";
            case 4: return Json::array({below(2), object(0)});
            default: return object(depth - 1);
        }
    }

    Json object(int depth) {
        Json made = Json::object();
        for (auto members = below(4); members > 0; --members) made[name()] = value(depth);
        return made;
    }

    std::mt19937 random_;
};

/// A document and what two devices made of it.
struct Case {
    explicit Case(std::uint32_t seed) : generate{seed} {}

    Generator generate;
    Json const base = generate.document();
    Json const ours = generate.edited(base);
    Json const theirs = generate.edited(base);
};

/// Checks `law` on each seed; a failure names the seed.
template <class Law>
void for_all(Law law) {
    for (std::uint32_t seed = 0; seed < 2'000; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        Case generated{seed};
        law(generated);
        if (testing::Test::HasFailure()) return;
    }
}

TEST(LawsTest, ApplyingADiffGivesTheOtherDocument) {
    for_all([](Case& it) {
        Json document = it.ours;
        apply_changes(document, diff(it.ours, it.theirs));
        EXPECT_EQ(document, it.theirs);
    });
}

TEST(LawsTest, ADiffIsEmptyExactlyForEqualDocuments) {
    for_all([](Case& it) {
        EXPECT_TRUE(diff(it.ours, it.ours).empty());
        EXPECT_EQ(diff(it.ours, it.theirs).empty(), it.ours == it.theirs);
    });
}

TEST(LawsTest, CanonicalTextReadsBackAsTheSameValue) {
    for_all([](Case& it) {
        EXPECT_EQ(parse_json(to_text(it.ours)).value(), it.ours);
        EXPECT_EQ(to_text(it.ours) == to_text(it.theirs), it.ours == it.theirs);
    });
}

TEST(LawsTest, DeepMergeIsIdempotent) {
    for_all([](Case& it) {
        Json once = it.base;
        deep_merge(once, it.ours);
        Json twice = once;
        deep_merge(twice, it.ours);
        EXPECT_EQ(once, twice);
    });
}

TEST(LawsTest, MergeWithAnUnchangedSideTakesTheOther) {
    for_all([](Case& it) {
        EXPECT_EQ(merge(it.base, it.ours, it.base).value, it.ours);
        EXPECT_EQ(merge(it.base, it.base, it.theirs).value, it.theirs);
        EXPECT_TRUE(merge(it.base, it.ours, it.base).conflicts.empty());
        EXPECT_TRUE(merge(it.base, it.base, it.theirs).conflicts.empty());
    });
}

TEST(LawsTest, MergeOfTheSameChangeIsThatChange) {
    for_all([](Case& it) {
        auto const merged = merge(it.base, it.ours, it.ours);
        EXPECT_EQ(merged.value, it.ours);
        EXPECT_TRUE(merged.conflicts.empty());
    });
}

TEST(LawsTest, MergeIsSymmetricWhereNothingConflicts) {
    for_all([](Case& it) {
        auto const one = merge(it.base, it.ours, it.theirs);
        auto const other = merge(it.base, it.theirs, it.ours);

        EXPECT_EQ(one.conflicts.size(), other.conflicts.size());
        if (one.conflicts.empty()) {
            EXPECT_EQ(one.value, other.value);
        }
    });
}

TEST(LawsTest, TheRemoteAsWinnerIsTheSameMergeSeenFromTheOtherSide) {
    for_all([](Case& it) {
        auto const b = it.generate.maybe(it.base);
        auto const o = it.generate.maybe(it.ours);
        auto const t = it.generate.maybe(it.theirs);

        auto const here = merge(b, o, t, Winner::local);
        auto const there = merge(b, t, o, Winner::remote);

        EXPECT_EQ(here.value, there.value);
        ASSERT_EQ(here.conflicts.size(), there.conflicts.size());
        for (std::size_t n = 0; n < here.conflicts.size(); ++n) {
            EXPECT_EQ(here.conflicts[n].path, there.conflicts[n].path);
            EXPECT_EQ(here.conflicts[n].ours, there.conflicts[n].theirs);
        }
    });
}

TEST(LawsTest, AMergeMadeWithTheOtherWinnerDiffersOnlyWhereItConflicts) {
    for_all([](Case& it) {
        auto const one = merge(it.base, it.ours, it.theirs, Winner::local);
        auto const other = merge(it.base, it.ours, it.theirs, Winner::remote);

        EXPECT_EQ(one.conflicts.size(), other.conflicts.size());
        if (one.conflicts.empty()) {
            EXPECT_EQ(one.value, other.value);
        }
    });
}

TEST(LawsTest, MergeKeepsEveryLeafThatWeChanged) {
    for_all([](Case& it) {
        auto const merged = merge(it.base, it.ours, it.theirs).value.value();

        for (auto const& change : diff(it.base, it.ours)) {
            if (!change.after || change.after->is_object()) continue;
            auto const* kept = find(merged, change.path);
            ASSERT_NE(kept, nullptr) << dotted(change.path);
            EXPECT_EQ(*kept, *change.after);
        }
    });
}

TEST(LawsTest, MergingTheResultAgainChangesNothing) {
    for_all([](Case& it) {
        auto const merged = merge(it.base, it.ours, it.theirs).value;

        auto const again = merge(it.theirs, merged, it.theirs);

        EXPECT_EQ(again.value, merged);
        EXPECT_TRUE(again.conflicts.empty());
    });
}

TEST(LawsTest, MergeOfAbsentSidesEndsWithoutSurprise) {
    for_all([](Case& it) {
        auto const b = it.generate.maybe(it.base);
        auto const o = it.generate.maybe(it.ours);
        auto const t = it.generate.maybe(it.theirs);

        auto const merged = merge(b, o, t);

        EXPECT_TRUE(o != t || merged.value == o);
        EXPECT_TRUE(b != t || merged.value == o);
        EXPECT_TRUE(b != o || merged.value == t);
    });
}

}  // namespace
}  // namespace settings
