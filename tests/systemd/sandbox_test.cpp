// What a daemon's user may do, the daemon may not. A program that tries takes the daemon's place:
// in the sandbox, where each act is to be refused, and outside, where each is to succeed, for what
// is refused to all proves nothing about the sandbox.

#include <gmock/gmock.h>
#include <sys/mount.h>

#include <algorithm>
#include <boost/algorithm/string/join.hpp>
#include <boost/algorithm/string/predicate.hpp>
#include <cerrno>
#include <iterator>
#include <map>
#include <sstream>
#include <system_error>

#include "tests/systemd/bait.h"
#include "tests/systemd/guest.h"
#include "tests/systemd/laid_bait.h"

namespace settings::systemd_test {
namespace {

namespace fs = std::filesystem;
using boost::algorithm::starts_with;
using testing::ElementsAreArray;
using testing::IsEmpty;
using testing::SizeIs;
using testing::StartsWith;

constexpr auto daemon_path = "/usr/bin/settingsd";

/// Whose sandbox is tried.
struct Inmate {
    char const* name;
    Device Guest::*device;
    bool is_root;  ///< as if the daemon had become that, with its user's sandbox around it

    [[nodiscard]] Service const& service() const { return (guest().*device).service; }
    [[nodiscard]] User user() const { return is_root ? make_user("root") : service().user(); }
};

void PrintTo(Inmate const& inmate, std::ostream* stream) { *stream << inmate.name; }

using Lines = std::map<std::string, std::string>;

/// "key", separator, "value"
Lines lines_of(std::string const& text, std::string const& separator) {
    Lines lines;
    std::istringstream input{text};
    for (std::string line; std::getline(input, line);)
        if (auto const end = line.find(separator); end != std::string::npos)
            lines[line.substr(0, end)] = line.substr(end + separator.size());
    return lines;
}

/// As systemd tells lists in any order.
std::string sorted_words(std::string const& text) {
    std::istringstream input{text};
    Words words{std::istream_iterator<std::string>{input}, {}};
    std::sort(words.begin(), words.end());
    return boost::algorithm::join(words, " ");
}

Lines properties_of(Service const& service) {
    auto properties = lines_of(service.systemctl({"show", service.name() + ".service"}), "=");
    for (auto& [name, value] : properties) value = sorted_words(value);
    properties.erase("After");  // goes by where the output does
    return properties;
}

std::vector<std::string> differing(Lines const& before, Lines const& after) {
    std::vector<std::string> names;
    for (auto const& [name, value] : after)
        if (before.count(name) == 0 || before.at(name) != value) names.push_back(name);
    return names;
}

/// The program is started for the daemon, wherever that is, while this lives.
class StandIn {
  public:
    StandIn() {
        if (mount(FORBIDDEN_ACTS, daemon_path, nullptr, MS_BIND, nullptr) != 0)
            throw std::system_error{errno, std::generic_category(), FORBIDDEN_ACTS};
    }
    ~StandIn() { umount2(daemon_path, MNT_DETACH); }
    StandIn(StandIn const&) = delete;
    StandIn& operator=(StandIn const&) = delete;
};

/// A service that is stopped, and has no lines over those of its unit but what is put there. In the
/// end it runs again, as before.
class Suspended {
  public:
    explicit Suspended(Service const& service) : service_{service} {
        service_.systemctl({"stop", service_.name() + ".service"});
        service_.override_with("");
    }
    ~Suspended() {
        service_.override_with("");
        service_.systemctl({"start", service_.name() + ".service"});
    }
    Suspended(Suspended const&) = delete;
    Suspended& operator=(Suspended const&) = delete;

  private:
    Service const& service_;
};

/// What came of all acts, and where they left something for all to see.
struct Trial {
    Lines acts;
    std::vector<std::string> replies;
};

fs::path output_of_acts(Inmate const& inmate) { return inmate.service().user().home / "acts"; }

/// Nothing of the unit is another but where the output goes, that it ends, and who it is.
void let_in(Inmate const& inmate) {
    inmate.service().override_with(
        "[Service]\nType=oneshot\nStandardOutput=truncate:" + output_of_acts(inmate).string() +
        "\n" + (inmate.is_root ? "User=root\n" : ""));
}

Trial try_inside(Inmate const& inmate, LaidBait const& bait) {
    inmate.service().systemctl({"start", inmate.service().name() + ".service"});
    auto const printed = read_text(output_of_acts(inmate));
    fs::remove(output_of_acts(inmate));
    return {lines_of(printed, ": "), bait.take_replies()};
}

Trial try_outside(Inmate const& inmate, LaidBait const& bait) {
    auto const user = inmate.user();
    Words command{"systemd-run", "--uid=" + user.name};
    if (inmate.device == &Guest::alice)
        command = command_of(user, {"env", "XDG_RUNTIME_DIR=/run/user/" + std::to_string(user.uid),
                                    "systemd-run", "--user"});
    for (auto const& word : {std::string{"--quiet"}, std::string{"--wait"}, std::string{"--pipe"},
                             "--setenv=STATE_DIRECTORY=" + inmate.service().store().string(),
                             std::string{daemon_path}})
        command.push_back(word);
    return {lines_of(output_of(command), ": "), bait.take_replies()};
}

struct Comparison {
    Trial inside, outside;
    std::vector<std::string> changes;  ///< properties that were others than the unit's as shipped
};

Comparison compare(Inmate const& inmate) {
    Suspended const suspended{inmate.service()};
    StandIn const stand_in;
    LaidBait const bait{inmate.user(), guest().bob};
    auto const shipped = properties_of(inmate.service());
    let_in(inmate);
    auto const changes = differing(shipped, properties_of(inmate.service()));
    return {try_inside(inmate, bait), try_outside(inmate, bait), changes};
}

/// All promises are about the same trials.
Comparison const& comparison_of(Inmate const& inmate) {
    static std::map<std::string, Comparison> made;
    auto const at = made.find(inmate.name);
    return at != made.end() ? at->second : made.emplace(inmate.name, compare(inmate)).first->second;
}

bool is_needed(std::string const& act) { return starts_with(act, "needed, "); }

class SandboxTest : public testing::TestWithParam<Inmate> {
  protected:
    [[nodiscard]] Trial const& inside() const { return comparison_of(GetParam()).inside; }
    [[nodiscard]] Trial const& outside() const { return comparison_of(GetParam()).outside; }
};

INSTANTIATE_TEST_SUITE_P(, SandboxTest,
                         testing::Values(Inmate{"Person", &Guest::alice, false},
                                         Inmate{"System", &Guest::kiosk, false},
                                         Inmate{"SystemAsRoot", &Guest::kiosk, true}),
                         [](auto const& tested) { return tested.param.name; });

TEST_P(SandboxTest, RefusesEachActThatSucceedsOutsideOfIt) {
    EXPECT_GE(inside().acts.size(), 30U);
    EXPECT_EQ(inside().acts.size(), outside().acts.size());

    for (auto const& [act, came_of_it] : inside().acts) {
        if (is_needed(act)) continue;
        EXPECT_THAT(came_of_it, StartsWith("refused, ")) << "in the sandbox: " << act;
        EXPECT_EQ(outside().acts.at(act), "done") << "outside of the sandbox: " << act;
    }
}

TEST_P(SandboxTest, LetsTheDaemonDoWhatItNeeds) {
    EXPECT_TRUE(std::any_of(inside().acts.begin(), inside().acts.end(),
                            [](auto const& line) { return is_needed(line.first); }));

    for (auto const& [act, came_of_it] : inside().acts) {
        if (!is_needed(act)) continue;
        EXPECT_EQ(came_of_it, "done") << act;
    }
}

TEST_P(SandboxTest, LetsNobodySeeWhatItWrites) {
    EXPECT_THAT(inside().replies, IsEmpty());
    EXPECT_THAT(outside().replies, SizeIs(places(GetParam().user().home).size()));
}

TEST_P(SandboxTest, IsTheOneThatIsShipped) {
    std::vector<std::string> expected{"StandardOutput", "TimeoutStartUSec", "Type"};
    if (GetParam().is_root) expected.push_back("User");

    EXPECT_THAT(comparison_of(GetParam()).changes, ElementsAreArray(expected));
}

}  // namespace
}  // namespace settings::systemd_test
