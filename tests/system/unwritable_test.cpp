// A disk that cannot be written when the daemon starts: what is there is served, and it heals.

#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <optional>

#include "tests/support/small_disk.h"
#include "tests/system/support/system_test.h"

namespace settings::system_test {
namespace {

using testing::HasSubstr;

class UnwritableTest : public SystemTest {
  protected:
    void SetUp() override {
        serve();
        server->set_online(false);
        try {
            disk.emplace(make_device("d").store());
        } catch (std::system_error const& error) {
            GTEST_SKIP() << error.what();
        }
        device().start();
        patch(device(), {{"theme", "dark"}, {"volume", 1}});
    }

    void TearDown() override {
        if (!IsSkipped()) SystemTest::TearDown();
        devices.clear();
    }

    /// All is told and read, and an edit is refused for that reason.
    void expect_reads_alone(std::string const& reason) {
        EXPECT_EQ(device().document(), Json({{"theme", "dark"}, {"volume", 1}}));
        EXPECT_EQ(device().client().journal().value().entries.size(), 1U);
        EXPECT_EQ(device().status().pending, 2U);
        auto const refused = device().client().patch({{"theme", "light"}});
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().status(), 507U);
        EXPECT_THAT(refused.error().message(), HasSubstr(reason));
        ASSERT_TRUE(device().status().notice);
        EXPECT_THAT(device().status().notice->message, HasSubstr(reason));
        EXPECT_THAT(device().log(), HasSubstr(reason));
    }

    /// Nobody restarts it, and nothing is forgotten.
    void expect_healed() {
        auto const pid = device().process().pid();
        eventually("an edit is taken", [&] {
            return bool(device().client().patch({{"volume", 2}}));
        });
        EXPECT_EQ(device().process().pid(), pid);
        EXPECT_EQ(device().document(), Json({{"theme", "dark"}, {"volume", 2}}));
        EXPECT_FALSE(device().status().notice);
        server->set_online(true);
        expect_sync(device());
        EXPECT_EQ(server->document(), device().document());
    }

    std::optional<SmallDisk> disk;
};

TEST_F(UnwritableTest, ADiskThatIsReadOnlyAtTheStart) {
    ASSERT_EQ(device().stop(), 0);
    disk->set_read_only(true);
    device().start();

    expect_reads_alone("is read-only");

    disk->set_read_only(false);
    expect_healed();
}

TEST_F(UnwritableTest, ADiskThatIsReadOnlyAfterACrash) {
    device().kill();
    disk->set_read_only(true);
    device().start();

    expect_reads_alone("is read-only");

    disk->set_read_only(false);
    expect_healed();
}

TEST_F(UnwritableTest, ADiskThatIsFullAtTheStart) {
    ASSERT_EQ(device().stop(), 0);
    disk->fill();
    device().start();

    expect_reads_alone("is full; free some space");

    disk->make_room();
    expect_healed();
}

TEST_F(UnwritableTest, ADiskThatTakesOneFileMoreAtTheStart) {
    ASSERT_EQ(device().stop(), 0);
    disk->fill_but_for_one_file();
    device().start();

    expect_reads_alone("is full; free some space");

    disk->make_room();
    expect_healed();
}

TEST_F(UnwritableTest, ADiskThatIsFullAfterACrash) {
    device().kill();
    std::filesystem::remove(device().store() / "settings.db-shm");
    disk->fill();
    device().start();

    expect_reads_alone("is full; free some space");

    disk->make_room();
    expect_healed();
}

TEST_F(UnwritableTest, ADamagedStoreWaitsForADiskThatItCanBeSalvagedOn) {
    ASSERT_EQ(device().stop(), 0);
    {
        std::fstream stream{device().store() / "settings.db",
                            std::ios::in | std::ios::out | std::ios::binary};
        stream << std::string(4'096, '\x5a');
    }
    disk->set_read_only(true);

    auto const ended = device().start_in_vain();

    EXPECT_EQ(ended.status, 1);
    EXPECT_THAT(ended.errors,
                testing::AllOf(HasSubstr("is damaged"), HasSubstr("MiB"), HasSubstr("read-only")));
    EXPECT_THAT(ended.errors, testing::Not(HasSubstr("is served")));
    disk->set_read_only(false);
    device().start();
    EXPECT_THAT(device().log(), HasSubstr("the store was damaged"));
}

TEST_F(UnwritableTest, IsStoppedAndHeldByOneDaemonAsAnyStoreIs) {
    ASSERT_EQ(device().stop(), 0);
    disk->set_read_only(true);
    device().start();

    auto const second = device().start_in_vain();
    EXPECT_EQ(second.status, 75);
    EXPECT_THAT(second.errors, HasSubstr("another settingsd"));
    EXPECT_EQ(device().stop(), 0);
}

}  // namespace
}  // namespace settings::system_test
