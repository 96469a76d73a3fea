#include "daemon/host/token_watch.h"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <fstream>

#include "tests/support/temporary_folder.h"

namespace settings::daemon {
namespace {

namespace asio = boost::asio;

class TokenWatchTest : public testing::Test {
  protected:
    TokenWatchTest() {
        asio::co_spawn(loop, watch.run(), [](std::exception_ptr const& cause) {
            if (cause) std::rethrow_exception(cause);
        });
        loop.poll();
    }

    /// Lets the watch notice; the event is in the kernel's queue by now.
    int noticed() {
        loop.poll();
        return std::exchange(changes, 0);
    }

    TemporaryFolder folder;
    std::filesystem::path file = folder / "token";
    asio::io_context loop{1};
    int changes = 0;
    TokenWatch watch{
        loop.get_executor(), {{file}, {folder / "absent/token"}}, [this] { ++changes; }};
};

TEST_F(TokenWatchTest, NoticesAWriteAReplacementAndARemoval) {
    std::ofstream{file} << "one";
    EXPECT_GT(noticed(), 0);

    std::ofstream{folder / "new"} << "two";
    noticed();
    std::filesystem::rename(folder / "new", file);
    EXPECT_GT(noticed(), 0);

    std::filesystem::permissions(file, std::filesystem::perms::owner_read);
    EXPECT_GT(noticed(), 0);

    std::filesystem::remove(file);
    EXPECT_GT(noticed(), 0);
    EXPECT_EQ(noticed(), 0);
}

TEST_F(TokenWatchTest, NoticesAFileInAFolderThatIsMadeLater) {
    std::filesystem::create_directory(folder / "absent");
    EXPECT_GT(noticed(), 0);

    std::ofstream{folder / "absent/token"} << "one";
    EXPECT_GT(noticed(), 0);

    std::filesystem::remove_all(folder / "absent");
    noticed();
    std::filesystem::create_directory(folder / "absent");
    noticed();
    std::ofstream{folder / "absent/token"} << "two";
    EXPECT_GT(noticed(), 0);
}

}  // namespace
}  // namespace settings::daemon
