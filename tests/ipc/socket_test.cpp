#include "ipc/socket.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>

#include "tests/ipc/client.h"
#include "tests/ipc/local_server.h"

namespace settings::ipc {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;

class SocketTest : public testing::Test {
  protected:
    /// Why there is no listening at `where`.
    static std::string refusal(fs::path const& where) {
        try {
            listen_on(where).close();
            return "no refusal";
        } catch (std::runtime_error const& error) {
            return error.what();
        }
    }

    /// Why the socket is not private.
    static std::string refusal_of(int listening) {
        try {
            check_private(listening);
            return "no refusal";
        } catch (std::runtime_error const& error) {
            return error.what();
        }
    }

    static mode_t mode_of(fs::path const& where) {
        struct stat status {};
        EXPECT_EQ(lstat(where.c_str(), &status), 0);
        return status.st_mode & 07777;
    }

    TemporaryDirectory temporary;
    fs::path directory = temporary.path() / "run";
    fs::path path = directory / "socket";
};

TEST_F(SocketTest, KnowsWhetherItIsStillWhereClientsLook) {
    auto const listening = listen_on(path);
    auto const is_there = [&](fs::path const& where, Through through) {
        return is_listening_on(listening.number(), where, through);
    };

    EXPECT_TRUE(is_there(path, Through::owner));
    EXPECT_FALSE(is_there(path, Through::everybody));
    EXPECT_FALSE(is_there(directory / "other", Through::owner));
    fs::remove(path);
    EXPECT_FALSE(is_there(path, Through::owner));
}

TEST_F(SocketTest, ListensInADirectoryOfItsOwnThatOnlyTheUserMayEnter) {
    mode_t const before = umask(0);
    auto const listening = listen_on(path);
    umask(before);

    EXPECT_EQ(mode_of(directory), 0700U);
    EXPECT_EQ(mode_of(path), 0600U);
    EXPECT_NO_THROW(Client{path});
    EXPECT_NE(fcntl(listening.number(), F_GETFD) & FD_CLOEXEC, 0);
    EXPECT_NE(fcntl(listening.number(), F_GETFL) & O_NONBLOCK, 0);
}

TEST_F(SocketTest, TakesTheDirectoryThatIsThere) {
    fs::create_directory(directory);
    fs::permissions(directory, fs::perms{0755});

    listen_on(path).close();
}

TEST_F(SocketTest, RefusesADirectoryThatOthersMayWriteToAndNamesTheModeToSet) {
    for (unsigned const mode : {0770U, 0707U}) {
        fs::create_directory(directory);
        fs::permissions(directory, fs::perms{mode});
        EXPECT_THAT(refusal(path), HasSubstr("chmod 0700 " + directory.string()));
    }
    EXPECT_FALSE(fs::exists(path));
}

TEST_F(SocketTest, RefusesADirectoryOfAnotherUser) {
    if (geteuid() != 0) GTEST_SKIP() << "only root can give a directory away";
    fs::create_directory(directory);
    ASSERT_EQ(chown(directory.c_str(), 12'345, 12'345), 0);

    EXPECT_THAT(refusal(path), AllOf(HasSubstr("belongs to user 12345, not to user root"),
                                     HasSubstr("sudo -u '#12345' settingsd")));
}

TEST_F(SocketTest, NobodyIsToldToCloseAFolderOfTheSystem) {
    fs::create_directory(directory);
    fs::permissions(directory, fs::perms{01777});
    for (fs::path const& sticky : {directory, fs::path{"/tmp"}})
        EXPECT_THAT(
            refusal(sticky / "settingsd-test.socket"),
            AllOf(HasSubstr("choose a folder of its own"), testing::Not(HasSubstr("0700"))));
}

TEST_F(SocketTest, RefusesALinkInPlaceOfTheDirectory) {
    fs::create_directory(temporary.path() / "elsewhere");
    fs::create_directory_symlink(temporary.path() / "elsewhere", directory);

    EXPECT_THAT(refusal(path), HasSubstr(directory.string()));
}

TEST_F(SocketTest, NamesAParentThatIsMissing) {
    EXPECT_THAT(refusal(directory / "deeper" / "socket"),
                AllOf(HasSubstr((directory / "deeper").string()),
                      HasSubstr("there is no " + directory.string())));
}

TEST_F(SocketTest, ReplacesASocketThatNobodyListensOn) {
    listen_on(path).close();
    ASSERT_TRUE(fs::is_socket(path));

    auto const listening = listen_on(path);

    EXPECT_NO_THROW(Client{path});
}

TEST_F(SocketTest, RefusesASocketWithADaemonBehindIt) {
    auto const listening = listen_on(path);

    EXPECT_THAT(refusal(path), AllOf(HasSubstr(path.string()), HasSubstr("another daemon")));

    EXPECT_NO_THROW(Client{path});
}

TEST_F(SocketTest, RefusesWhatIsNoSocketAndLeavesItThere) {
    fs::create_directory(directory);
    std::ofstream{directory / "file"} << "precious";
    fs::create_directory(directory / "directory");
    fs::create_symlink(directory / "file", directory / "link");
    auto const elsewhere = listen_on(temporary.path() / "other" / "socket");
    fs::create_symlink(temporary.path() / "other" / "socket", directory / "link_to_socket");

    EXPECT_THAT(refusal(directory / "file"), HasSubstr("no socket"));
    EXPECT_THAT(refusal(directory / "directory"), HasSubstr("is a directory"));
    EXPECT_THAT(refusal(directory / "link"), HasSubstr("symbolic link"));
    EXPECT_THAT(refusal(directory / "link_to_socket"), HasSubstr("symbolic link"));

    EXPECT_EQ(fs::file_size(directory / "file"), 8U);
    EXPECT_TRUE(fs::is_symlink(directory / "link"));
}

TEST_F(SocketTest, RefusesAPathThatIsTooLongForASocket) {
    EXPECT_THAT(refusal(directory / std::string(108, 'x')), HasSubstr("shorter than 108 bytes"));
}

TEST_F(SocketTest, RefusesASocketHandedInThatOthersMayUseAndNamesTheModeToSet) {
    auto const listening = listen_on(path);
    EXPECT_EQ(refusal_of(listening.number()), "no refusal");

    fs::permissions(path, fs::perms{0660});
    EXPECT_THAT(refusal_of(listening.number()), HasSubstr("SocketMode=0600"));

    fs::permissions(path, fs::perms{0600});
    fs::permissions(directory, fs::perms{0777});
    EXPECT_THAT(refusal_of(listening.number()), HasSubstr("DirectoryMode=0700"));
}

TEST_F(SocketTest, ChecksADescriptorThatWasHandedIn) {
    auto const listening = listen_on(path);
    int const connected = socket(AF_UNIX, SOCK_STREAM, 0);
    int const datagrams = socket(AF_UNIX, SOCK_DGRAM, 0);
    int const file = open("/dev/null", O_RDONLY | O_CLOEXEC);

    EXPECT_NO_THROW(check_listening(listening.number()));
    for (int const other : {connected, datagrams, file, -1})
        EXPECT_THROW(check_listening(other), std::runtime_error);

    for (int const fd : {connected, datagrams, file}) close(fd);
}

}  // namespace
}  // namespace settings::ipc
