#include "daemon/host/file_watch.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/spdlog.h>
#include <sys/resource.h>
#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <fstream>
#include <memory>
#include <sstream>

#include "tests/support/temporary_folder.h"

namespace settings::daemon {
namespace {

namespace asio = boost::asio;

class FileWatchTest : public testing::Test {
  protected:
    FileWatchTest() {
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
    FileWatch watch{loop.get_executor(), {file, folder / "absent/token"}, [this] { ++changes; }};
};

TEST_F(FileWatchTest, NoticesAWriteAReplacementAndARemoval) {
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

TEST_F(FileWatchTest, NoticesAFileInAFolderThatIsMadeLater) {
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

TEST_F(FileWatchTest, NoticesAFileThatIsMovedAway) {
    std::ofstream{file} << "one";
    noticed();

    std::filesystem::rename(file, folder / "elsewhere");

    EXPECT_GT(noticed(), 0);
}

/// What is logged, and no descriptors left.
class BlindFileWatchTest : public testing::Test {
  protected:
    void SetUp() override {
        former_log_ = spdlog::default_logger();
        auto sink = std::make_shared<spdlog::sinks::ostream_sink_st>(log);
        spdlog::set_default_logger(std::make_shared<spdlog::logger>("test", std::move(sink)));
        getrlimit(RLIMIT_NOFILE, &former_limit_);
    }
    void TearDown() override {
        give_back();
        spdlog::set_default_logger(former_log_);
    }

    void use_up() {
        int const next = open("/dev/null", O_RDONLY | O_CLOEXEC);
        close(next);
        rlimit const none{static_cast<rlim_t>(next), former_limit_.rlim_max};
        setrlimit(RLIMIT_NOFILE, &none);
    }
    void give_back() { setrlimit(RLIMIT_NOFILE, &former_limit_); }

    TemporaryFolder folder;
    std::ostringstream log;

  private:
    std::shared_ptr<spdlog::logger> former_log_;
    rlimit former_limit_{};
};

TEST_F(BlindFileWatchTest, TellsOnceAndGoesOnWhenItCan) {
    asio::io_context loop{1};
    asio::posix::stream_descriptor const first{loop};  // makes what the loop needs
    int changes = 0;
    use_up();
    FileWatch watch{loop.get_executor(), {folder / "token"}, [&] { ++changes; }};
    asio::co_spawn(loop, watch.run(), [](std::exception_ptr const& cause) {
        if (cause) std::rethrow_exception(cause);
    });
    loop.poll();
    watch.try_again();
    auto const told = log.str();
    EXPECT_EQ(std::count(told.begin(), told.end(), '\n'), 1) << told;
    EXPECT_THAT(told, testing::HasSubstr("SIGHUP"));

    give_back();
    watch.try_again();
    loop.poll();
    std::ofstream{folder / "token"} << "one";
    loop.poll();

    EXPECT_GT(changes, 0);
    EXPECT_EQ(log.str(), told);
}

}  // namespace
}  // namespace settings::daemon
