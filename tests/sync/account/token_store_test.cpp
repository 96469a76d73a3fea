#include "sync/account/token_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

#include "tests/support/temporary_folder.h"

namespace settings::sync {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

class TokenStoreTest : public testing::Test {
  protected:
    TokenStoreTest() {
        pair.expires_at = 1'700'003'600s;
        pair.lifetime = 1h;
    }

    Error refusal() {
        auto const loaded = store.load();
        EXPECT_FALSE(loaded);
        return loaded ? Error{} : loaded.error();
    }

    [[nodiscard]] mode_t mode() const {
        struct stat status {};
        EXPECT_EQ(stat(file.c_str(), &status), 0);
        return status.st_mode & 07777;
    }

    void write(std::string const& text) {
        std::ofstream{file} << text;
        ASSERT_EQ(chmod(file.c_str(), 0600), 0);
    }

    [[nodiscard]] std::ptrdiff_t files() const {
        return std::distance(std::filesystem::directory_iterator{folder.path()}, {});
    }

    TemporaryFolder folder;
    std::filesystem::path file = folder / "credentials.json";
    TokenStore store{file};
    TokenPair pair{"access", "refresh"};
};

TEST_F(TokenStoreTest, GivesBackWhatItSaved) {
    ASSERT_TRUE(store.save(pair));
    EXPECT_EQ(store.load().value(), pair);

    ASSERT_TRUE(store.save(TokenPair{"other"}));
    EXPECT_EQ(TokenStore{file}.load().value(), TokenPair{"other"});
}

TEST_F(TokenStoreTest, IsForItsOwnerAloneWhateverTheUmask) {
    auto const before = umask(0);
    ASSERT_TRUE(store.save(pair));
    umask(before);

    EXPECT_EQ(mode(), 0600U);
    EXPECT_EQ(files(), 1);
}

TEST_F(TokenStoreTest, ReplacesTheFileInsteadOfWritingIntoIt) {
    ASSERT_TRUE(store.save(pair));
    std::ifstream opened{file};
    ASSERT_TRUE(store.save(TokenPair{"other"}));

    std::string old;
    std::getline(opened, old);
    EXPECT_THAT(old, HasSubstr(R"("accessToken":"access")"));
    EXPECT_EQ(files(), 1);
}

TEST_F(TokenStoreTest, AFailedWriteKeepsTheOldPairAndSaysSo) {
    ASSERT_TRUE(store.save(pair));
    std::filesystem::create_directories(folder / "credentials.json.new/in the way");

    auto const saved = store.save(TokenPair{"other-token"});

    ASSERT_FALSE(saved);
    EXPECT_THAT(saved.error().message(), HasSubstr(file.string() + " cannot be written"));
    EXPECT_THAT(saved.error().message(), Not(HasSubstr("other-token")));
    EXPECT_EQ(store.load().value(), pair);
}

TEST_F(TokenStoreTest, WhatACrashLeftBehindIsNotInTheWay) {
    std::ofstream{folder / "credentials.json.new"} << "half of a";

    ASSERT_TRUE(store.save(pair));

    EXPECT_EQ(store.load().value(), pair);
    EXPECT_EQ(mode(), 0600U);
}

TEST_F(TokenStoreTest, DoesNotFollowALinkThatSomebodyPutThere) {
    std::filesystem::create_symlink(folder / "elsewhere", folder / "credentials.json.new");

    ASSERT_TRUE(store.save(pair));

    EXPECT_FALSE(std::filesystem::exists(folder / "elsewhere"));
}

TEST_F(TokenStoreTest, RefusesAFileThatOthersCanReadOrOwn) {
    ASSERT_TRUE(store.save(pair));
    ASSERT_EQ(chmod(file.c_str(), 0640), 0);
    EXPECT_THAT(refusal().message(), HasSubstr("chmod 600"));

    ASSERT_EQ(chmod(file.c_str(), 0600), 0);
    if (geteuid() != 0) GTEST_SKIP() << "only root can give a file away";
    ASSERT_EQ(chown(file.c_str(), 12'345, 0), 0);
    EXPECT_THAT(refusal().message(), HasSubstr("belongs to user 12345"));
}

TEST_F(TokenStoreTest, ADamagedFileIsToldAndNeverQuoted) {
    for (std::string const text :
         {"", "secret", R"({"accessToken":"sec)", "[]", R"({"accessToken":5})",
          R"({"accessToken":"","refreshToken":"secret"})",
          R"({"accessToken":"sec ret","refreshToken":""})",
          R"({"accessToken":"a","refreshToken":"secret\n"})"}) {
        write(text);
        EXPECT_EQ(refusal().code(), Errc::bad_request) << text;
        EXPECT_THAT(refusal().message(), HasSubstr("log in again"));
        EXPECT_THAT(refusal().message(), Not(HasSubstr("secret")));
    }
}

TEST_F(TokenStoreTest, RemovesWhatThereIs) {
    ASSERT_TRUE(store.save(pair));

    ASSERT_TRUE(store.remove());
    EXPECT_EQ(refusal().code(), Errc::not_found);
    EXPECT_TRUE(store.remove());
}

TEST_F(TokenStoreTest, RemovesWhatACrashLeftBesideIt) {
    ASSERT_TRUE(store.save(pair));
    auto const left = file.string() + ".new";
    std::ofstream{left} << "{}";

    ASSERT_TRUE(store.remove());
    EXPECT_FALSE(std::filesystem::exists(left));
}

}  // namespace
}  // namespace settings::sync
