// Whom a device trusts where the configuration names nobody: the system's store, and what OpenSSL's
// environment variables put in its place.

#include <unistd.h>

#include "tests/system/support/system_test.h"

namespace settings::system_test {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

class TrustTest : public SystemTest {
  protected:
    void SetUp() override {
        serve();
        make_device("a");
        device().configure({{"server.url", quoted(server->url())}});
    }

    /// A folder as openssl-rehash(1) leaves it, with the authority of the server.
    std::filesystem::path hashed_folder() {
        auto const certificates = folder / "certificates";
        std::filesystem::create_directory(certificates);
        std::filesystem::copy_file(server->ca(), certificates / "company.pem");
        EXPECT_EQ(run({"openssl", "rehash", certificates}, folder.path()).status, 0);
        return certificates;
    }

    void expect_edit_to_arrive() {
        patch(device(), {{"theme", "dark"}});
        expect_eventually([&] { return server->document(); }, Json{{"theme", "dark"}});
    }

    void expect_edit_to_stay() {
        patch(device(), {{"theme", "dark"}});
        expect_eventually([&] { return device().status().summary; },
                          HasSubstr("unable to get local issuer certificate"));
        EXPECT_THAT(server->requests(), IsEmpty());
    }
};

TEST_F(TrustTest, NobodyKnowsATestServer) {
    device().start();

    expect_edit_to_stay();
}

TEST_F(TrustTest, AFolderOfTheEnvironmentIsTheSystemsStore) {
    device().start({"env", "SSL_CERT_DIR=" + hashed_folder().string()});

    expect_edit_to_arrive();
}

TEST_F(TrustTest, AFileOfTheEnvironmentIsTrusted) {
    device().start({"env", "SSL_CERT_FILE=" + server->ca().string()});

    expect_edit_to_arrive();
}

TEST_F(TrustTest, AFileOfTheConfigurationOverrulesTheEnvironments) {
    Emulator const other{folder / "other"};
    device().configure(
        {{"server.url", quoted(server->url())}, {"server.ca_file", quoted(other.ca())}});
    device().start({"env", "SSL_CERT_FILE=" + server->ca().string()});

    expect_edit_to_stay();
}

/// As a company's administrator does it, with Debian's own tool, on a copy of the system's store
/// that only the daemon sees.
TEST_F(TrustTest, AnAuthorityOfACompanyInTheSystemsStoreIsTrusted) {
    if (geteuid() != 0) GTEST_SKIP() << "only root may mount a store of its own";
    // As update-ca-certificates leaves it, which takes half a minute on a busy machine.
    device().start({"unshare", "--mount", "sh", "-c",
                    "mount -t tmpfs none /etc/ssl/certs && cp " + server->ca().string() +
                        " /etc/ssl/certs/company.pem && openssl rehash /etc/ssl/certs && "
                        "exec \"$@\"",
                    "sh"});

    expect_edit_to_arrive();
}

}  // namespace
}  // namespace settings::system_test
