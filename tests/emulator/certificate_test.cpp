#include "emulator/certificate.h"

#include <gtest/gtest.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <memory>

#include "emulator/files.h"
#include "tests/emulator/noon.h"

namespace settings::emulator {
namespace {

using namespace std::chrono_literals;

std::shared_ptr<X509> certificate_in(std::string const& pem) {
    std::unique_ptr<BIO, decltype(&BIO_free)> const memory{
        BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), BIO_free};
    return {PEM_read_bio_X509(memory.get(), nullptr, nullptr, nullptr), X509_free};
}

/// What a strict client that trusts the CA says of the server: an X509_V_… code.
int verdict(Identity const& identity, char const* host, Time now) {
    auto const ca = certificate_in(read_file(identity.trusted));
    auto const server = certificate_in(identity.certificate_pem);
    std::unique_ptr<X509_STORE, decltype(&X509_STORE_free)> const store{X509_STORE_new(),
                                                                        X509_STORE_free};
    std::unique_ptr<X509_STORE_CTX, decltype(&X509_STORE_CTX_free)> const context{
        X509_STORE_CTX_new(), X509_STORE_CTX_free};
    X509_STORE_add_cert(store.get(), ca.get());
    X509_STORE_CTX_init(context.get(), store.get(), server.get(), nullptr);
    X509_VERIFY_PARAM* const wanted = X509_STORE_CTX_get0_param(context.get());
    X509_VERIFY_PARAM_set_time(wanted, std::chrono::system_clock::to_time_t(now));
    X509_VERIFY_PARAM_set_flags(wanted, X509_V_FLAG_X509_STRICT);
    X509_VERIFY_PARAM_set_purpose(wanted, X509_PURPOSE_SSL_SERVER);
    if (X509_VERIFY_PARAM_set1_ip_asc(wanted, host) != 1)
        X509_VERIFY_PARAM_set1_host(wanted, host, 0);
    X509_verify_cert(context.get());
    return X509_STORE_CTX_get_error(context.get());
}

class CertificateTest : public testing::Test {
  protected:
    Identity make(CertificateKind kind) { return make_identity(directory, kind, noon); }

    TemporaryDirectory temporary;
    std::filesystem::path directory = temporary.path() / "tls";
};

TEST_F(CertificateTest, AGoodOneIsGoodForTheLoopback) {
    Identity const identity = make(CertificateKind::good);

    for (auto const* host : {"localhost", "127.0.0.1", "::1"})
        EXPECT_EQ(verdict(identity, host, noon), X509_V_OK) << host;
    EXPECT_EQ(verdict(identity, "flashback.tech", noon), X509_V_ERR_HOSTNAME_MISMATCH);
}

TEST_F(CertificateTest, AGoodOneIsGoodForTheAddressToo) {
    auto const identity = make_identity(directory, CertificateKind::good, noon, "192.0.2.1");

    EXPECT_EQ(verdict(identity, "192.0.2.1", noon), X509_V_OK);
    EXPECT_EQ(verdict(identity, "localhost", noon), X509_V_OK);
    EXPECT_EQ(verdict(identity, "192.0.2.2", noon), X509_V_ERR_IP_ADDRESS_MISMATCH);
}

TEST_F(CertificateTest, EachBadOneIsBadInItsOwnWay) {
    EXPECT_EQ(verdict(make(CertificateKind::expired), "localhost", noon),
              X509_V_ERR_CERT_HAS_EXPIRED);
    EXPECT_EQ(verdict(make(CertificateKind::expired), "localhost", noon - 25h), X509_V_OK);
    EXPECT_EQ(verdict(make(CertificateKind::wrong_host), "localhost", noon),
              X509_V_ERR_HOSTNAME_MISMATCH);
    EXPECT_EQ(verdict(make(CertificateKind::wrong_host), "wrong.example", noon), X509_V_OK);
    EXPECT_EQ(verdict(make(CertificateKind::self_signed), "localhost", noon),
              X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT);
}

TEST_F(CertificateTest, KeepsTheAuthorityThatItFinds) {
    Identity const first = make(CertificateKind::good);
    std::string const ca = read_file(first.trusted);

    Identity const second = make(CertificateKind::good);

    EXPECT_EQ(read_file(second.trusted), ca);
    EXPECT_NE(second.certificate_pem, first.certificate_pem);
    EXPECT_EQ(verdict(first, "localhost", noon), X509_V_OK);
}

TEST_F(CertificateTest, LetsOnlyTheOwnerReadTheKeys) {
    using std::filesystem::perms;
    make(CertificateKind::good);

    EXPECT_EQ(status(directory).permissions(), perms::owner_all);
    for (auto const* name : {"ca.key", "server.key"})
        EXPECT_EQ(status(directory / name).permissions(), perms::owner_read | perms::owner_write);
}

TEST_F(CertificateTest, LoadsAPairFromFiles) {
    Identity const made = make(CertificateKind::good);

    Identity const loaded = load_identity(directory / "server.pem", directory / "server.key");

    EXPECT_EQ(loaded.certificate_pem, made.certificate_pem);
    EXPECT_EQ(loaded.key_pem, made.key_pem);
}

TEST_F(CertificateTest, NamesTheFileThatIsWrong) {
    make(CertificateKind::good);
    auto const mistake = [this](char const* certificate, char const* key) -> std::string {
        try {
            static_cast<void>(load_identity(directory / certificate, directory / key));
        } catch (std::runtime_error const& error) {
            std::string text = error.what();
            for (auto at = text.find(directory.string()); at != std::string::npos;
                 at = text.find(directory.string()))
                text.erase(at, directory.string().size() + 1);
            return text;
        }
        return "no mistake";
    };

    EXPECT_EQ(mistake("absent", "server.key"), "cannot read absent: No such file or directory");
    EXPECT_EQ(mistake("server.key", "server.key"), "server.key holds no certificate");
    EXPECT_EQ(mistake("server.pem", "server.pem"), "server.pem holds no private key");
    EXPECT_EQ(mistake("server.pem", "ca.key"), "ca.key is not the key of server.pem");
}

TEST(FilesTest, WritesAFileAnew) {
    TemporaryDirectory const directory;
    auto const path = directory.path() / "token";

    write_private_file(path, "old");
    write_private_file(path, "new");

    EXPECT_EQ(read_file(path), "new");
}

TEST(FilesTest, AFailedWriteLeavesNothingBehind) {
    TemporaryDirectory const directory;
    auto const taken = directory.path() / "a directory";
    create_directory(taken);

    EXPECT_THROW(write_private_file(taken, "text"), std::runtime_error);

    EXPECT_EQ(std::distance(std::filesystem::directory_iterator{directory.path()}, {}), 1);
}

TEST(FilesTest, ATemporaryDirectoryGoesWithAllInIt) {
    std::filesystem::path path;
    {
        TemporaryDirectory const directory;
        path = directory.path();
        write_private_file(path / "file", "text");
    }

    EXPECT_FALSE(exists(path));
}

}  // namespace
}  // namespace settings::emulator
