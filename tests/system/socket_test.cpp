// The file of the socket is removed, moved or replaced while the daemon runs: apps find it again.

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <stdexcept>

#include "tests/support/programs.h"
#include "tests/system/support/raw_connection.h"
#include "tests/system/support/system_test.h"

namespace settings::system_test {
namespace {

namespace fs = std::filesystem;
using fs::perms;
using testing::HasSubstr;

/// Another daemon's listening socket.
class Stranger {
  public:
    explicit Stranger(fs::path const& path) {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        path.native().copy(address.sun_path, sizeof address.sun_path - 1);
        if (bind(descriptor_, reinterpret_cast<sockaddr const*>(&address), sizeof address) != 0 ||
            listen(descriptor_, 8) != 0)
            throw std::runtime_error{"cannot listen at " + path.string()};
    }
    Stranger(Stranger const&) = delete;
    Stranger& operator=(Stranger const&) = delete;
    ~Stranger() { close(descriptor_); }

  private:
    int descriptor_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
};

class SocketTest : public SystemTest {
  protected:
    void SetUp() override { boot(); }

    fs::path socket() { return device().socket(); }
    fs::path run_folder() { return socket().parent_path(); }

    void expect_to_be_found() {
        eventually("apps find the daemon",
                   [&] { return device().client().document().has_value(); });
        struct stat status {};
        ASSERT_EQ(lstat(socket().c_str(), &status), 0);
        EXPECT_EQ(status.st_mode & 07777, 0600U);
    }

    void expect_told(std::string const& text) {
        expect_eventually([&] { return device().log(); }, HasSubstr(text));
    }
};

TEST_F(SocketTest, ThatIsRemovedIsThereAgain) {
    auto connected = device().client();
    ASSERT_TRUE(connected.status());

    fs::remove(socket());

    expect_to_be_found();
    expect_told("was gone, and is there again");
    EXPECT_TRUE(connected.patch({{"theme", "dark"}}));
    EXPECT_EQ(device().document(), Json({{"theme", "dark"}}));
}

TEST_F(SocketTest, ThatIsRemovedAgainAndAgainIsThereAgain) {
    for (int time = 1; time <= 3; ++time) {
        fs::remove(socket());
        expect_to_be_found();
        EXPECT_EQ(patch(device(), {{"time", time}}), time);
    }
}

TEST_F(SocketTest, WhoseFolderIsMovedAwayIsThereAgain) {
    fs::rename(run_folder(), folder / "elsewhere");

    expect_to_be_found();
    fs::remove(socket());
    expect_to_be_found();
}

TEST_F(SocketTest, ThatIsMovedAwayIsThereAgain) {
    fs::rename(socket(), run_folder() / "moved");

    expect_to_be_found();
}

TEST_F(SocketTest, ThatIsReplacedByAFileComesBackOnceThatIsGone) {
    fs::remove(socket());
    expect_to_be_found();
    write_text(run_folder() / "file", "precious");
    fs::rename(run_folder() / "file", socket());
    expect_told("is a file that is no socket; remove it");
    EXPECT_EQ(read_text(socket()), "precious");

    fs::remove(socket());

    expect_to_be_found();
}

TEST_F(SocketTest, InAFolderThatIsOpenToAllComesBackOnceThatIsMended) {
    fs::permissions(run_folder(), perms{0777});
    fs::remove(socket());
    expect_told("others may write to it; run \"chmod 0700 " + run_folder().string());
    EXPECT_FALSE(fs::exists(socket()));

    fs::permissions(run_folder(), perms{0700});

    expect_to_be_found();
}

TEST_F(SocketTest, OfAnotherDaemonIsLeftAlone) {
    auto const elsewhere = run_folder() / "other";
    {
        Stranger const stranger{elsewhere};
        fs::rename(elsewhere, socket());
        expect_told("another daemon listens there; stop it, or choose another path");
    }

    fs::remove(socket());

    expect_to_be_found();
}

TEST_F(SocketTest, ThatWasPassedInIsTheServiceManagersToBindAnew) {
    auto& made = make_device("b");
    auto const passed = folder / "b/passed/socket";
    Process const activator{{"systemd-socket-activate", "--listen=" + passed.string(),
                             program("settingsd"), "--config", made.config()},
                            {made.folder() / "log", made.folder() / "log"}};
    eventually("the daemon answers", [&] { return Client{passed}.status().has_value(); });

    fs::remove(passed);

    expect_eventually([&] { return made.log(); },
                      HasSubstr("systemctl --user restart settingsd.socket"));
    EXPECT_FALSE(fs::exists(passed));
}

}  // namespace
}  // namespace settings::system_test
