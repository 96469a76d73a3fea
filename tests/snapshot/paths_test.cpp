// A path leads to the same value in the file as in the daemon.

#include <gtest/gtest.h>

#include <random>

#include "model/path.h"
#include "settings/mapped_settings.h"
#include "snapshot/publisher.h"
#include "tests/support/temporary_folder.h"

namespace settings::snapshot {
namespace {

/// Small documents and paths of few names, so that many paths lead somewhere, and in several ways.
class Generator {
  public:
    explicit Generator(std::uint32_t seed) : random_{seed} {}

    Json object(int depth) {
        auto made = Json::object();
        for (auto members = below(5); members > 0; --members) made[name()] = value(depth);
        return made;
    }

    std::string path() {
        std::string text = below(3) == 0 ? "/" : "";
        char const separator = text.empty() ? '.' : '/';
        for (auto names = 1 + below(4); names > 0; --names) {
            text += name();
            if (names > 1) text += separator;
        }
        return text;
    }

  private:
    int below(int bound) { return std::uniform_int_distribution{0, bound - 1}(random_); }

    std::string name() {
        static constexpr std::array names{"a",  "b",  "a.b", "b.a.b", "",
                                          "/a", "~0", "/",   "a/b",   "~"};
        return names.at(static_cast<std::size_t>(below(names.size())));
    }

    Json value(int depth) {
        switch (below(depth > 0 ? 8 : 5)) {
            case 0: return nullptr;
            case 1: return below(3) - 1;
            case 2: return below(2) == 0;
            case 3: return "text";
            case 4: return below(3) / 2.0;
            case 5: return Json::array({below(2), object(0)});
            default: return object(depth - 1);
        }
    }

    std::mt19937 random_;
};

TEST(PathsTest, LeadToTheSameValueAsInTheDaemon) {
    TemporaryFolder const folder;
    Generator generator{19};
    std::vector<std::pair<std::string, std::string>> texts;
    Publisher publisher{folder / "socket.snapshot",
                        [&texts] {
                            std::vector<Text> all;
                            for (auto const& [key, text] : texts)
                                all.push_back({key, std::make_shared<std::string const>(text)});
                            return all;
                        },
                        [](std::string const& why) { ADD_FAILURE() << why; }};
    client::MappedSettings map{folder / "socket"};
    int found = 0;
    for (Revision revision = 1; revision <= 300; ++revision) {
        // As the daemon has it: what was parsed from its text.
        auto const document = parse_json(to_text(generator.object(3))).value();
        texts.clear();
        for (auto const& [key, value] : document.items()) texts.emplace_back(key, to_text(value));
        publisher.publish_whole({revision, 1});
        for (int n = 0; n < 100; ++n) {
            auto const path = generator.path();
            if (path.empty()) continue;
            auto const place = resolve(document, path);
            auto const there = place ? copy_of(settings::find(document, *place)) : std::nullopt;
            auto const read = map.find(path);
            ASSERT_TRUE(read) << path;
            ASSERT_EQ(read->value, there) << path << " in " << document;
            found += there ? 1 : 0;
        }
    }
    EXPECT_GT(found, 1'000) << "of 30,000 paths";
}

}  // namespace
}  // namespace settings::snapshot
