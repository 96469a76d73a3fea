// A server that cannot prove who it is gets nothing.

#include "tests/system/support/system_test.h"

namespace settings::system_test {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

class CertificateTest : public SystemTest {
  protected:
    /// Expects an edit to stay here, and the status to say why.
    void expect_untrusted(std::string const& cause) {
        device().start();
        patch(device(), {{"theme", "light"}});

        expect_eventually([&] { return device().status().summary; },
                          HasSubstr("no secure connection to localhost: " + cause));
        auto const outcome = device().client().sync().value();
        EXPECT_FALSE(outcome.synced);
        EXPECT_EQ(device().status().pending, 1U);
        EXPECT_THAT(server->requests(), IsEmpty());
    }
};

TEST_F(CertificateTest, OneOfAnotherAuthorityIsRefused) {
    Emulator const other{folder / "other"};
    serve();
    make_device("a", {{"server.ca_file", quoted(other.ca())}});

    expect_untrusted("unable to get local issuer certificate");
}

TEST_F(CertificateTest, OneCannotBeLookedAtBeforeTheAuthoritysFileIsThere) {
    serve();
    auto const later = folder / "later.pem";
    make_device("a", {{"server.ca_file", quoted(later)}});
    device().start();
    patch(device(), {{"theme", "light"}});
    expect_eventually([&] { return device().status().summary; },
                      HasSubstr("cannot use the certificates in " + later.string()));
    EXPECT_THAT(server->requests(), IsEmpty());

    std::filesystem::copy_file(server->ca(), later);

    expect_eventually([&] { return server->document(); }, Json{{"theme", "light"}});
}

TEST_F(CertificateTest, OneSignedByItselfIsRefused) {
    Emulator const other{folder / "other"};
    serve({"--certificate", "self-signed"});
    make_device("a", {{"server.ca_file", quoted(other.ca())}});

    expect_untrusted("self-signed certificate");
}

TEST_F(CertificateTest, AnExpiredOneIsRefused) {
    serve({"--certificate", "expired"});
    make_device("a");

    expect_untrusted("certificate has expired");
}

TEST_F(CertificateTest, OneForAnotherHostIsRefused) {
    serve({"--certificate", "wrong-host"});
    make_device("a");

    expect_untrusted("hostname mismatch");
}

TEST_F(CertificateTest, TheSystemsAuthoritiesDoNotVouchForATestServer) {
    serve();
    make_device("a", {{"server.ca_file", quoted("/etc/ssl/certs/ca-certificates.crt")}});

    expect_untrusted("unable to get local issuer certificate");
}

TEST_F(CertificateTest, AServerThatIsTrustedAgainGetsEverything) {
    serve({"--certificate", "expired"});
    make_device("a");
    expect_untrusted("certificate has expired");

    Emulator const renewed{folder / "renewed"};
    device().configure(
        {{"server.url", quoted(renewed.url())}, {"server.ca_file", quoted(renewed.ca())}});
    device().put_token(renewed.token());
    device().stop();
    device().start();

    expect_sync(device());
    EXPECT_EQ(renewed.document(), Json({{"theme", "light"}}));
}

}  // namespace
}  // namespace settings::system_test
