// Edits of every kind through faults and kills at random: with one device, nothing but its own
// apps may ever change its document, and the server has to end with the same.

#include <random>

#include "tests/system/support/dice.h"
#include "tests/system/support/rules.h"
#include "tests/system/support/system_test.h"

namespace settings::system_test {
namespace {

using testing::IsEmpty;
using testing::ValuesIn;

class StormTest : public SystemTest, public testing::WithParamInterface<Rules> {
  protected:
    static client::Revision edit(Client& client, Dice& dice) {
        switch (dice.below(8)) {
            case 0: return client.replace(dice.object(3)).value();
            case 1:
            case 2:
            case 3: return client.erase({dice.path(), dice.path()}).value();
            default: return client.patch(dice.object(3)).value();
        }
    }
};

INSTANTIATE_TEST_SUITE_P(Service, StormTest, ValuesIn(all_rules),
                         [](auto const& rules) { return rules.param.name; });

TEST_P(StormTest, OnlyItsOwnAppsChangeADocumentAndTheServerEndsWithIt) {
    auto const seed = std::random_device{}();
    SCOPED_TRACE("seed " + std::to_string(seed));
    Dice dice{seed};
    boot({"--merge", GetParam().merge, "--absent-key", GetParam().absent_key});

    for (int step = 0; step < 150; ++step) {
        auto client = device().client();
        edit(client, dice);
        auto const document = client.document().value();
        if (dice.once_in(3)) server->set_faults(dice.fault());
        // A person's request does not wait for the backoff.
        if (dice.once_in(2)) client.sync(std::chrono::milliseconds{dice.below(40)}).value();
        if (dice.once_in(10)) {
            device().kill();
            device().start();
        }
        ASSERT_EQ(device().document(), document) << "step " << step;
    }
    server->set_faults("clear");

    expect_sync(device());
    EXPECT_EQ(server->document(), device().document());
    EXPECT_THAT(device().status().rejected, IsEmpty());
    expect_no_conflict(device());
}

}  // namespace
}  // namespace settings::system_test
