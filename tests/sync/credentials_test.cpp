#include "sync/credentials.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>

#include "tests/support/temporary_folder.h"

namespace settings::sync {
namespace {

using testing::HasSubstr;
using testing::Not;

class CredentialsTest : public testing::Test {
  protected:
    void write(std::string const& text, mode_t mode = 0600) {
        std::ofstream{file} << text;
        ASSERT_EQ(chmod(file.c_str(), mode), 0);
    }

    Error refusal() {
        auto const token = credentials.token();
        EXPECT_FALSE(token);
        return token ? Error{} : token.error();
    }

    TemporaryFolder folder;
    std::filesystem::path file = folder / "token";
    Credentials credentials{{{file}}};
};

TEST_F(CredentialsTest, ReadsTheTokenWithoutTheSpaceAroundIt) {
    write(" ey.J0.x_-\n");

    EXPECT_EQ(credentials.token().value(), "ey.J0.x_-");
}

TEST_F(CredentialsTest, ReadsAReplacedFileAnew) {
    write("old");
    EXPECT_EQ(credentials.token().value(), "old");
    write("new");
    EXPECT_EQ(credentials.token().value(), "new");
}

TEST_F(CredentialsTest, TakesTheFirstFileThatExists) {
    write("second");
    Credentials const both{{{folder / "absent"}, {file}}};

    EXPECT_EQ(both.token().value(), "second");
}

TEST_F(CredentialsTest, SaysWhereToPutATokenWhenThereIsNone) {
    EXPECT_EQ(refusal().code(), Errc::not_found);
    EXPECT_THAT(refusal().message(), HasSubstr(file.string()));
}

TEST_F(CredentialsTest, RefusesAFileThatOthersCanRead) {
    write("token", 0640);
    EXPECT_THAT(refusal().message(), HasSubstr("chmod 600"));

    Credentials const guarded{{{file, /*guarded=*/true}}};
    EXPECT_TRUE(guarded.token());
}

TEST_F(CredentialsTest, RefusesWhatIsNotOneTokenAndNeverQuotesIt) {
    for (std::string const text :
         {"", "  \n", "secret secret", "secret\r\nX-Header: 1", "secret\x01",
          "s\xc3\xa9"
          "cret"}) {
        write(text);
        EXPECT_EQ(refusal().code(), Errc::bad_request) << text;
        EXPECT_THAT(refusal().message(), Not(HasSubstr("secret")));
    }
    write(std::string(1'000'000, 'x'));
    EXPECT_THAT(refusal().message(), HasSubstr("too large"));
}

TEST_F(CredentialsTest, RefusesAFolder) {
    std::filesystem::create_directory(file);

    EXPECT_THAT(refusal().message(), HasSubstr("not a regular file"));
}

}  // namespace
}  // namespace settings::sync
