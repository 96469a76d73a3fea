#include "emulator/certificate.h"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <memory>
#include <stdexcept>

#include "emulator/files.h"

namespace settings::emulator {
namespace {

using std::chrono::days;

template <auto Free>
struct FreeWith {
    template <class T>
    void operator()(T* object) const {
        Free(object);
    }
};
using Key = std::unique_ptr<EVP_PKEY, FreeWith<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, FreeWith<X509_free>>;
using Extension = std::unique_ptr<X509_EXTENSION, FreeWith<X509_EXTENSION_free>>;
using Memory = std::unique_ptr<BIO, FreeWith<BIO_free>>;

/// Passes on what OpenSSL returned; null, 0 and negative are its ways to fail.
template <class T>
T checked(T result, char const* what) {
    if (result <= T{}) throw std::runtime_error{std::string{"OpenSSL cannot "} + what};
    return result;
}
template <class T>
T* checked(T* result, char const* what) {
    if (result == nullptr) throw std::runtime_error{std::string{"OpenSSL cannot "} + what};
    return result;
}

/// A certificate and the key that it certifies.
struct Pair {
    Certificate certificate;
    Key key;
};

/// What a new certificate shall say.
struct Wish {
    char const* common_name;
    Time from;
    Time until;
    bool is_ca = false;
    std::string names = {};  ///< subjectAltName
};

Key new_key() { return Key{checked(EVP_EC_gen("P-256"), "make a key")}; }

void set_name(X509* certificate, char const* common_name) {
    X509_NAME* const name = X509_get_subject_name(certificate);
    auto const* text = reinterpret_cast<unsigned char const*>(common_name);
    checked(X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, text, -1, -1, 0), "set a name");
}

void set_time(ASN1_TIME* target, Time time) {
    checked(ASN1_TIME_set(target, std::chrono::system_clock::to_time_t(time)), "set a time");
}

/// Serial numbers must differ among the certificates of one CA (RFC 5280, 4.1.2.2).
void set_random_serial(X509* certificate) {
    std::uint64_t serial = 0;
    checked(RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof serial), "find a serial");
    checked(ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate), serial >> 1U),
            "set a serial");
}

void add_extension(X509* certificate, X509* issuer, int kind, std::string const& value) {
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    Extension const extension{
        checked(X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str()), "make an extension")};
    checked(X509_add_ext(certificate, extension.get(), -1), "add an extension");
}

void add_extensions(X509* certificate, X509* issuer, Wish const& wish) {
    add_extension(certificate, issuer, NID_basic_constraints,
                  wish.is_ca ? "critical,CA:TRUE" : "critical,CA:FALSE");
    add_extension(certificate, issuer, NID_key_usage,
                  wish.is_ca ? "critical,keyCertSign,cRLSign" : "critical,digitalSignature");
    add_extension(certificate, issuer, NID_subject_key_identifier, "hash");
    add_extension(certificate, issuer, NID_authority_key_identifier, "keyid");
    if (wish.is_ca) return;
    add_extension(certificate, issuer, NID_ext_key_usage, "serverAuth,clientAuth");
    add_extension(certificate, issuer, NID_subject_alt_name, wish.names);
}

/// Makes a certificate. Without an issuer it signs itself.
Pair issue(Wish const& wish, Pair const* issuer) {
    Pair made{Certificate{checked(X509_new(), "make a certificate")}, new_key()};
    X509* const certificate = made.certificate.get();
    X509* const signer = issuer != nullptr ? issuer->certificate.get() : certificate;
    EVP_PKEY* const signing_key = issuer != nullptr ? issuer->key.get() : made.key.get();
    checked(X509_set_version(certificate, X509_VERSION_3), "set a version");
    set_random_serial(certificate);
    set_name(certificate, wish.common_name);
    set_time(X509_getm_notBefore(certificate), wish.from);
    set_time(X509_getm_notAfter(certificate), wish.until);
    checked(X509_set_pubkey(certificate, made.key.get()), "set a key");
    checked(X509_set_issuer_name(certificate, X509_get_subject_name(signer)), "set an issuer");
    add_extensions(certificate, signer, wish);
    checked(X509_sign(certificate, signing_key, EVP_sha256()), "sign a certificate");
    return made;
}

std::string text_of(BIO* memory) {
    char* bytes = nullptr;
    auto const length = BIO_get_mem_data(memory, &bytes);
    return {bytes, static_cast<std::size_t>(length)};
}

std::string to_pem(X509* certificate) {
    Memory const memory{checked(BIO_new(BIO_s_mem()), "find memory")};
    checked(PEM_write_bio_X509(memory.get(), certificate), "write a certificate");
    return text_of(memory.get());
}

std::string to_pem(EVP_PKEY* key) {
    Memory const memory{checked(BIO_new(BIO_s_mem()), "find memory")};
    checked(PEM_write_bio_PrivateKey(memory.get(), key, nullptr, nullptr, 0, nullptr, nullptr),
            "write a key");
    return text_of(memory.get());
}

Memory memory_of(std::string const& text) {
    return Memory{
        checked(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())), "find memory")};
}

/// Reads a certificate and its key and makes sure that they belong together.
Pair read_pair(std::filesystem::path const& certificate, std::filesystem::path const& key) {
    std::string const certificate_pem = read_file(certificate);
    std::string const key_pem = read_file(key);
    Pair pair{
        Certificate{PEM_read_bio_X509(memory_of(certificate_pem).get(), nullptr, nullptr, nullptr)},
        Key{PEM_read_bio_PrivateKey(memory_of(key_pem).get(), nullptr, nullptr, nullptr)}};
    if (!pair.certificate) throw std::runtime_error{certificate.string() + " holds no certificate"};
    if (!pair.key) throw std::runtime_error{key.string() + " holds no private key"};
    if (X509_check_private_key(pair.certificate.get(), pair.key.get()) != 1)
        throw std::runtime_error{key.string() + " is not the key of " + certificate.string()};
    return pair;
}

Pair find_or_make_ca(std::filesystem::path const& directory, Time now) {
    auto const certificate = directory / "ca.pem";
    auto const key = directory / "ca.key";
    if (exists(certificate) && exists(key)) return read_pair(certificate, key);
    Pair ca = issue({.common_name = "Throw-away CA of flashback-emulator",
                     .from = now - days{30},
                     .until = now + days{3650},
                     .is_ca = true},
                    nullptr);
    write_private_file(key, to_pem(ca.key.get()));
    write_private_file(certificate, to_pem(ca.certificate.get()));
    return ca;
}

/// As a certificate names it; nothing for what is no address.
std::string named(std::string const& address) {
    ASN1_OCTET_STRING* const bytes = a2i_IPADDRESS(address.c_str());
    if (bytes == nullptr) return {};
    ASN1_OCTET_STRING_free(bytes);
    return ",IP:" + address;
}

Wish wish_for(CertificateKind kind, std::string const& address, Time now) {
    Wish wish{.common_name = "localhost",
              .from = now - days{30},
              .until = now + days{365},
              .names = "DNS:localhost,IP:127.0.0.1,IP:::1" + named(address)};
    if (kind == CertificateKind::expired) wish.until = now - days{1};
    if (kind == CertificateKind::wrong_host) {
        wish.common_name = "wrong.example";
        wish.names = "DNS:wrong.example";
    }
    return wish;
}

}  // namespace

Identity make_identity(std::filesystem::path const& directory, CertificateKind kind, Time now,
                       std::string const& address) {
    if (create_directories(directory)) permissions(directory, std::filesystem::perms::owner_all);
    Pair const ca = find_or_make_ca(directory, now);
    Pair const server =
        issue(wish_for(kind, address, now), kind == CertificateKind::self_signed ? nullptr : &ca);
    Identity identity{to_pem(server.certificate.get()), to_pem(server.key.get()),
                      absolute(directory / "ca.pem")};
    write_private_file(directory / "server.key", identity.key_pem);
    write_private_file(directory / "server.pem", identity.certificate_pem);
    return identity;
}

Identity load_identity(std::filesystem::path const& certificate, std::filesystem::path const& key) {
    static_cast<void>(read_pair(certificate, key));
    return {read_file(certificate), read_file(key), absolute(certificate)};
}

}  // namespace settings::emulator
