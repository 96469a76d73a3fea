// What the pages show app authors runs, each sample in a process of its own.

#include <sstream>

#include "tests/support/programs.h"
#include "tests/system/support/system_test.h"

namespace settings::system_test {
namespace {

using testing::IsEmpty;

class ClientSamplesTest : public SystemTest {
  protected:
    /// PAGE:LINE of each sample.
    [[nodiscard]] std::vector<std::string> samples() const {
        std::istringstream list{run({program("client-samples")}, folder.path()).output};
        std::vector<std::string> places;
        for (std::string place; std::getline(list, place);) places.push_back(place);
        return places;
    }

    /// What a sample waits for, if it waits: that somebody changes something.
    void change_something() {
        patch(device(), {{"theme", std::to_string(++changes_)}, {"clock", {{"format", changes_}}}});
    }

    /// Ends with the sample, or once it has shown something: one that watches goes on for ever.
    void run_sample(std::string const& place) {
        SCOPED_TRACE(place);
        auto const out = folder / (place + ".out");
        auto const errors = folder / (place + ".errors");
        Process sample{{"env", "SETTINGSD_SOCKET=" + device().socket().string(),
                        program("client-samples"), place},
                       {out, errors}};
        eventually(place + " ends, or shows a change", [&] {
            change_something();
            return sample.has_ended() || read_text(out).find(" changed\n") != std::string::npos;
        });
        if (sample.has_ended()) {
            EXPECT_EQ(sample.wait(), 0);
        }
        EXPECT_THAT(read_text(errors), IsEmpty());
    }

  private:
    int changes_ = 0;
};

TEST_F(ClientSamplesTest, EachRunsAsItStands) {
    boot();

    auto const places = samples();

    EXPECT_GE(places.size(), 12U);
    for (auto const& place : places) run_sample(place);
}

}  // namespace
}  // namespace settings::system_test
