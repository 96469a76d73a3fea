#pragma once

#include <filesystem>
#include <string>

#include "emulator/http.h"

namespace settings::emulator {

/// What is wrong with the server's certificate, if anything.
enum class CertificateKind {
    good,         ///< for localhost and some addresses, signed by the throw-away CA
    expired,      ///< as good, until yesterday
    wrong_host,   ///< as good, for wrong.example
    self_signed,  ///< as good, signed by itself
};

/// What a TLS server shows and proves.
struct Identity {
    std::string certificate_pem;
    std::string key_pem;
    std::filesystem::path trusted;  ///< the file that a client has to trust, to accept it
};

/// A new identity in `directory`, which is made if need be (0700).
///
/// The throw-away CA (ca.pem, ca.key) is used again if it is there, so clients may keep trusting
/// it; the server's certificate (server.pem, server.key) is made anew. Beside localhost, 127.0.0.1
/// and ::1 it is for `address`. Throws std::runtime_error.
[[nodiscard]] Identity make_identity(std::filesystem::path const& directory, CertificateKind kind,
                                     Time now, std::string const& address = "127.0.0.1");

/// An identity from two PEM files. Throws std::runtime_error.
[[nodiscard]] Identity load_identity(std::filesystem::path const& certificate,
                                     std::filesystem::path const& key);

}  // namespace settings::emulator
