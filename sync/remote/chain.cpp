#include "sync/remote/chain.h"

#include <openssl/bio.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <algorithm>
#include <ctime>
#include <memory>

#include "model/quote.h"

namespace settings::sync {
namespace {

/// A chain is as long as whoever shows it likes.
constexpr int most_told = 4;

struct Free {
    void operator()(BIO* text) const { BIO_free(text); }
};

/// As RFC 2253 writes names, in UTF-8; anybody may have written it.
std::string text_of(X509_NAME const* name) {
    std::unique_ptr<BIO, Free> const text{BIO_new(BIO_s_mem())};
    X509_NAME_print_ex(text.get(), name, 0, XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB);
    char* begin = nullptr;
    auto const size = BIO_get_mem_data(text.get(), &begin);
    return quote({begin, static_cast<std::size_t>(size)});
}

/// The day in UTC.
std::string day(ASN1_TIME const* time) {
    std::tm moment{};
    if (ASN1_TIME_to_tm(time, &moment) != 1) return "?";
    char text[16];
    return {text, std::strftime(text, sizeof text, "%Y-%m-%d", &moment)};
}

std::string text_of(X509 const* certificate) {
    return text_of(X509_get_subject_name(certificate)) + ", issued by " +
           text_of(X509_get_issuer_name(certificate)) + ", good from " +
           day(X509_get0_notBefore(certificate)) + " to " + day(X509_get0_notAfter(certificate));
}

}  // namespace

std::string chain_text(SSL const* stream) {
    auto const* chain = SSL_get_peer_cert_chain(stream);
    int const count = chain == nullptr ? 0 : sk_X509_num(chain);
    std::string text;
    for (int each = 0; each < std::min(count, most_told); ++each)
        text += (each == 0 ? "" : "; ") + text_of(sk_X509_value(chain, each));
    return count > most_told ? text + "; and more" : text;
}

}  // namespace settings::sync
