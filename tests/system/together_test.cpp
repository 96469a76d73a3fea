// Two devices of one account, of which each changes most settings while the other is away, through
// faults and kills at random: nobody is asked, nothing is lost, and in the end all hold the same.

#include <chrono>
#include <cstdlib>
#include <iostream>
#include <map>
#include <random>
#include <set>

#include "tests/system/support/dice.h"
#include "tests/system/support/system_test.h"

namespace settings::system_test {
namespace {

using namespace std::chrono;
using testing::Le;
using testing::Ne;

/// How long it goes on; $SETTINGSD_TOGETHER_SECONDS asks for another time.
seconds duration_asked() {
    char const* asked = std::getenv("SETTINGSD_TOGETHER_SECONDS");
    return seconds{asked == nullptr ? 20 : std::atoi(asked)};
}

/// What may stand at each leaf in the end: of all values written there, those that nobody has
/// replaced who had seen them.
class Heads {
  public:
    /// A device has replaced `seen`, which it held, and with it all that it wrote before.
    void write(std::string const& leaf, int device, Json const& seen, int value) {
        auto& heads = heads_[leaf];
        heads.erase(seen.is_number() ? seen.get<int>() : 0);
        heads.erase(last_[{leaf, device}]);
        heads.insert(value);
        last_[{leaf, device}] = value;
    }

    [[nodiscard]] std::map<std::string, std::set<int>> const& all() const { return heads_; }

  private:
    std::map<std::string, std::set<int>> heads_;
    std::map<std::pair<std::string, int>, int> last_;
};

class TogetherTest : public SystemTest {
  protected:
    static constexpr int plain = 12;
    static constexpr int objects = 4;
    static constexpr int leaves_each = 6;
    static constexpr int leaves = plain + objects * leaves_each;

    /// Looks are frequent, for a device that has nothing to send learns by them. This server has no
    /// replicas: were it one that may lag by two minutes, the value that a device has just replaced
    /// would not be believed for so long when the other one puts it back.
    void boot_two() {
        serve();
        for (auto const* name : {"a", "b"})
            make_device(name, {{"sync.look_every_seconds", "1"},
                               {"server.lag_seconds", "1"},
                               {"log.level", quoted("warn")}})
                .start();
    }

    static Json::json_pointer place(int leaf) {
        if (leaf < plain) return Json::json_pointer{"/k" + std::to_string(leaf)};
        auto const inside = leaf - plain;
        return Json::json_pointer{"/p" + std::to_string(inside / leaves_each) + "/l" +
                                  std::to_string(inside % leaves_each)};
    }

    static Json value_at(Json const& document, Json::json_pointer const& place) {
        return document.contains(place) ? document.at(place) : Json{};
    }

    Daemon& device(int number) { return number == 0 ? devices.front() : devices.back(); }

    /// One edit of one leaf. The document is read right before, so that it is known what the edit
    /// replaces; a sync in between only makes the edit replace more.
    void edit(int number) {
        auto const at = place(dice.below(leaves));
        auto client = device(number).client();
        auto const seen = value_at(client.document().value(), at);
        Json partial = Json::object();
        partial[at] = ++value;
        static_cast<void>(client.patch(partial).value());
        heads.write(at.to_string(), number, seen, value);
    }

    /// Most leaves, in some hundred milliseconds of a day, with what befalls a device then.
    void live(int number) {
        for (int edits = leaves; edits > 0; --edits) {
            edit(number);
            if (dice.once_in(8)) server->set_faults(dice.fault());
            if (dice.once_in(40)) restart(number);
        }
        EXPECT_THAT(device(number).status().state, Ne("held"));
    }

    void restart(int number) {
        if (device(number).is_running()) device(number).kill();
        device(number).start();
        ++kills;
    }

    /// One of them is killed, or both cannot reach the server.
    void be_apart() {
        int const absent = dice.below(3);
        if (absent < 2) {
            device(absent).kill();
            live(1 - absent);
            restart(absent);
            return;
        }
        server->set_online(false);
        live(0);
        live(1);
        server->set_online(true);
    }

    /// What keeps the two from being in step; empty when nothing does.
    [[nodiscard]] std::string disagreement() {
        std::string text;
        auto const document = server->document();
        for (auto& each : devices) {
            auto const status = each.status();
            auto const difference = Json::diff(document, each.document());
            if (status.state == "idle" && difference.empty()) continue;
            text += each.folder().filename().string() + ": " + status.summary +
                    "; other than the server: " + difference.dump() + '\n';
        }
        return text;
    }

    std::uint32_t const seed = std::random_device{}();
    Dice dice{seed};
    Heads heads;
    int value = 0;
    int kills = 0;
};

TEST_F(TogetherTest, WhoWasAwayNeedsNobodyAndNothingIsLost) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    boot_two();
    int times_apart = 0;
    for (auto const end = steady_clock::now() + duration_asked(); steady_clock::now() < end;
         ++times_apart)
        be_apart();
    server->set_faults("clear");

    auto const ended = steady_clock::now();
    expect_eventually([this] { return disagreement(); }, "");
    auto const took = duration_cast<milliseconds>(steady_clock::now() - ended);

    // The short form runs beside other tests.
    bool const is_alone = std::getenv("SETTINGSD_TOGETHER_SECONDS") != nullptr;
    EXPECT_THAT(took, Le(is_alone ? 10s : patience));
    auto const document = server->document();
    for (auto const& [leaf, values] : heads.all())
        EXPECT_TRUE(values.contains(value_at(document, Json::json_pointer{leaf}).get<int>()))
            << leaf << ": " << document.dump();
    for (auto& each : devices) {
        EXPECT_EQ(each.status().rejected.size(), 0U);
        EXPECT_FALSE(each.status().review);
    }
    std::cout << value << " edits, " << times_apart << " times apart, " << kills
              << " kills; the same everywhere after " << took.count() << " ms\n";
}

}  // namespace
}  // namespace settings::system_test
