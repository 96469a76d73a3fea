// A server that stays on the line and says nothing, or not enough.

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <system_error>

#include "tests/system/support/system_test.h"

namespace settings::system_test {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::Values;

struct Silence {
    char const* name;
    char const* script;
};

void PrintTo(Silence const& silence, std::ostream* stream) { *stream << silence.script; }

class SilenceTest : public SystemTest, public testing::WithParamInterface<Silence> {};

INSTANTIATE_TEST_SUITE_P(Server, SilenceTest,
                         Values(Silence{"OnARead", "hang on GET"},
                                Silence{"OnAWrite", "hang on PUT"},
                                Silence{"OnAWriteThatItCarriesOut", "hang after applying on PUT"},
                                Silence{"OnARemoval", "hang after applying on DELETE"},
                                Silence{"InTheMiddleOfADocument", "answer stalled on GET"},
                                Silence{"InTheMiddleOfAnAnswer", "answer stalled on PUT"}),
                         [](auto const& silence) { return silence.param.name; });

TEST_P(SilenceTest, EndsAndEverythingArrives) {
    boot({}, {{"server.answer_seconds", "0.5"}});
    patch(device(), {{"old", {{"a", 1}}}});
    expect_sync(device());
    server->set_faults(GetParam().script);
    Json const document{{"theme", "light"}};

    device().client().replace(document).value();

    EXPECT_EQ(device().document(), document);
    expect_eventually([&] { return server->document(); }, document);
    expect_eventually([&] { return device().status().pending; }, 0U);
    EXPECT_EQ(server->faults_left(), 0);
    EXPECT_THAT(device().log(), HasSubstr("no answer in time")) << "or else it was not silent";
    EXPECT_EQ(device().document(), document);
    expect_no_conflict(device());
}

/// Takes connections and never reads a byte of them.
class Listener {
  public:
    explicit Listener(std::uint16_t port)
        : socket_{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)} {
        int const on = 1;
        setsockopt(socket_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        auto const* name = reinterpret_cast<sockaddr*>(&address);
        if (bind(socket_, name, sizeof address) != 0 || listen(socket_, 64) != 0)
            throw std::system_error{errno, std::generic_category(), "a silent listener"};
    }
    Listener(Listener const&) = delete;
    Listener& operator=(Listener const&) = delete;
    ~Listener() { close(socket_); }

  private:
    int socket_;
};

class DeafTest : public SystemTest {
  protected:
    [[nodiscard]] std::string last_error() {
        auto const error = device().status().last_error;
        return error ? error->message : "nothing failed";
    }

    /// Expects the device to look in vain at what the server has now. It looks again only once it
    /// is done with what it got.
    void look_in_vain() {
        auto const looks = server->requests().size();
        EXPECT_FALSE(device().client().sync(std::chrono::milliseconds{100})->synced);
        eventually("it looks again", [&] { return server->requests().size() > looks + 1; });
    }
};

TEST_F(DeafTest, AServerThatTakesConnectionsAndNeverSpeaksIsGivenUpOn) {
    boot({}, {{"server.connect_seconds", "0.3"}});
    auto const port = server->url().substr(server->url().rfind(':') + 1);
    server->kill();
    {
        Listener const listener{static_cast<std::uint16_t>(std::stoi(port))};
        patch(device(), {{"theme", "light"}});
        expect_eventually([&] { return device().status().summary; }, HasSubstr("timeout"));
        EXPECT_EQ(device().status().pending, 1U);
        EXPECT_EQ(device().document(), Json({{"theme", "light"}}));
    }

    server->start();
    device().put_token(server->token());

    expect_eventually([&] { return server->document(); }, Json{{"theme", "light"}});
}

/// What no healthy server would hold.
TEST_F(DeafTest, ADocumentThatIsNoneChangesNothingHereAndNothingThere) {
    boot();
    patch(device(), {{"theme", "light"}});
    expect_sync(device());
    server->forget_requests();
    for (Json const& nonsense : {Json{1, 2}, Json("theme"), Json(nullptr)}) {
        server->set_document(nonsense);
        look_in_vain();
    }
    EXPECT_EQ(device().document(), Json({{"theme", "light"}}));
    EXPECT_THAT(last_error(), HasSubstr("without a \"settings\" object"));
    EXPECT_THAT(server->writes(), IsEmpty());

    server->set_document({{"theme", "dark"}});

    expect_eventually([&] { return device().document(); }, Json{{"theme", "dark"}});
}

}  // namespace
}  // namespace settings::system_test
