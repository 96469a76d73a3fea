#include "emulator/jwt.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/emulator/noon.h"

namespace settings::emulator {
namespace {

using namespace std::chrono_literals;

std::string token_until(std::chrono::sys_seconds expires_at) {
    return sign_token({"demo@flashback.tech", "t1", noon, expires_at}, "secret");
}

TEST(JwtTest, SignsWithHmacSha256AsEveryLibraryDoes) {
    // RFC 4231, test case 2, as base64url.
    EXPECT_EQ(hmac("Jefe", "what do ya want for nothing?"),
              "W9zBRr9gdU5qBCQmCJV1x1oAPwidJzmDnexYuWTsOEM");
}

TEST(JwtTest, GivesBackWhatItSigned) {
    auto const claims = verify_token(token_until(noon + 1h), "secret", noon);

    ASSERT_TRUE(claims) << claims.error().message();
    EXPECT_EQ(claims->subject, "demo@flashback.tech");
    EXPECT_EQ(claims->id, "t1");
    EXPECT_EQ(claims->issued_at, noon);
    EXPECT_EQ(claims->expires_at, noon + 1h);
}

TEST(JwtTest, IsThreePartsOfBase64Url) {
    std::string const token = token_until(noon + 1h);

    EXPECT_TRUE(token.starts_with("eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9."));
    EXPECT_EQ(std::count(token.begin(), token.end(), '.'), 2);
    EXPECT_EQ(token.find_first_of("+/="), std::string::npos);
}

TEST(JwtTest, ExpiresAtTheSecondItNames) {
    std::string const token = token_until(noon + 10s);

    EXPECT_TRUE(verify_token(token, "secret", noon + 9'999ms));
    auto const late = verify_token(token, "secret", noon + 10s);
    ASSERT_FALSE(late);
    EXPECT_EQ(late.error().message(), "Token expired");
}

TEST(JwtTest, RefusesWhatItDidNotSign) {
    std::string const token = token_until(noon + 1h);
    std::string changed = token;
    changed[50] = changed[50] == 'A' ? 'B' : 'A';

    EXPECT_FALSE(verify_token(token, "another secret", noon));
    EXPECT_FALSE(verify_token(changed, "secret", noon));
    EXPECT_FALSE(verify_token(token.substr(0, token.size() - 1), "secret", noon));
    EXPECT_FALSE(verify_token("", "secret", noon));
    EXPECT_FALSE(verify_token("..", "secret", noon));
    EXPECT_FALSE(verify_token("junk", "secret", noon));
}

TEST(JwtTest, RefusesATokenWithoutASignature) {
    std::string const token = token_until(noon + 1h);
    std::string const payload = token.substr(36, token.rfind('.') - 36);

    // {"alg":"none","typ":"JWT"}
    EXPECT_FALSE(
        verify_token("eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0" + payload + ".", "secret", noon));
}

}  // namespace
}  // namespace settings::emulator
