#include "ipc/refusal.h"

#include <gmock/gmock.h>

#include "ipc/socket.h"
#include "tests/ipc/client.h"
#include "tests/support/temporary_folder.h"

namespace settings::ipc {
namespace {

using testing::HasSubstr;

TEST(TurnAwayTest, TellsAllWhoWaitWhyTheyWaitInVain) {
    TemporaryFolder const folder;
    auto const path = folder / "run/socket";
    int const listening = listen_on(path).release();
    Client asks{path}, silent{path};
    asks.send("GET /settings/user HTTP/1.1\r\nHost: localhost\r\n\r\n");

    turn_away(listening, "the disk is away");

    for (auto* client : {&asks, &silent}) {
        auto const reply = client->receive_all();
        EXPECT_THAT(reply, HasSubstr("503 Service Unavailable"));
        EXPECT_EQ(body_of(reply),
                  R"({"success":false,"message":"settingsd cannot start: the disk is away"})");
    }
    EXPECT_THROW(Client{path}, std::system_error);
}

TEST(TurnAwayTest, WaitsForNobody) {
    TemporaryFolder const folder;

    turn_away(listen_on(folder / "run/socket").release(), "nobody is there to hear it");
}

}  // namespace
}  // namespace settings::ipc
