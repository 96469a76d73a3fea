#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "emulator/accounts.h"
#include "emulator/certificate.h"
#include "emulator/faults.h"
#include "emulator/service.h"

namespace settings::emulator {

/// What the command line says.
struct Options {
    std::string address = "127.0.0.1";
    std::uint16_t port = 0;  ///< 0 is any free one
    std::string url_prefix;  ///< empty or like "/api"
    bool is_trial = false;   ///< a settingsd of its own is beside the service
    std::vector<User> users;
    Rules rules;
    std::chrono::seconds token_life{3600};
    std::chrono::milliseconds latency{0};
    FaultScript faults;
    std::optional<std::filesystem::path> token_file;
    std::optional<std::filesystem::path> tls_directory;
    CertificateKind certificate_kind = CertificateKind::good;
    std::optional<std::filesystem::path> certificate;
    std::optional<std::filesystem::path> key;
};

/// A command line after which there is nothing to run: a mistake, or a question.
struct Stop {
    int exit_code;     ///< 0 for --help and --version, 2 for a mistake
    std::string text;  ///< for stdout with code 0, else one line for stderr
};

[[nodiscard]] std::variant<Options, Stop> parse_options(int argc, char const* const* argv);

}  // namespace settings::emulator
