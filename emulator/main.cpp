#include <chrono>
#include <exception>
#include <iostream>
#include <optional>
#include <variant>

#include "emulator/files.h"
#include "emulator/jwt.h"
#include "emulator/options.h"
#include "emulator/server.h"
#include "emulator/trial.h"

namespace settings::emulator {
namespace {

Time now() {
    return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

Identity identity_for(Options const& options, std::filesystem::path const& directory) {
    if (options.certificate) return load_identity(*options.certificate, *options.key);
    return make_identity(directory, options.certificate_kind, now(), options.address);
}

/// The host that stands in the certificate and leads to the address. "localhost" may be IPv6 first.
std::string origin(Options const& options, std::uint16_t port) {
    std::string host = options.address;
    if (host == "127.0.0.1" || host == "0.0.0.0") host = "localhost";
    if (host == "::") host = "::1";
    if (host.find(':') != std::string::npos) host = '[' + host + ']';
    return "https://" + host + ':' + std::to_string(port);
}

/// Tells whoever started this all that they need, in one line.
void announce(Options const& options, Identity const& identity, Tokens const& tokens,
              std::uint16_t port) {
    std::string const base = origin(options, port);
    Json const line{{"url", base + options.url_prefix},
                    {"admin", base + "/_emulator"},
                    {"ca", identity.trusted.string()},
                    {"token", tokens.access},
                    {"refreshToken", tokens.refresh}};
    std::cout << line.dump() << std::endl;
}

Trial::Service trial_of(Options const& options, Identity const& identity, Tokens const& tokens,
                        std::uint16_t port) {
    auto const base = origin(options, port);
    return {base + options.url_prefix,
            base + "/_emulator",
            std::filesystem::absolute(identity.trusted),
            tokens.access,
            options.users.front().email,
            options.users.front().password};
}

void run(Options options) {
    std::optional<TemporaryDirectory> temporary;
    bool const needs_directory = !options.certificate && !options.tls_directory;
    if (needs_directory || options.is_trial) temporary.emplace();
    Identity const identity = identity_for(
        options, needs_directory ? temporary->path()
                                 : options.tls_directory.value_or(std::filesystem::path{}));

    Accounts accounts{options.users, random_bytes(32), options.token_life};
    Emulator emulator{Service{options.rules, std::move(accounts)}, options.url_prefix,
                      std::move(options.faults)};
    Server server{emulator, identity, {options.address, options.port}, options.latency};

    Tokens const tokens = emulator.service().accounts().grant(options.users.front().email, now());
    if (options.token_file) write_private_file(*options.token_file, tokens.access);
    std::optional<Trial> trial;
    if (options.is_trial) {
        trial.emplace(temporary->path(), trial_of(options, identity, tokens, server.port()));
        std::cout << trial->lines() << std::flush;
    } else {
        announce(options, identity, tokens, server.port());
    }
    server.run();
}

}  // namespace
}  // namespace settings::emulator

int main(int argc, char** argv) {
    using namespace settings::emulator;
    try {
        auto parsed = parse_options(argc, argv);
        if (auto const* stop = std::get_if<Stop>(&parsed)) {
            if (stop->exit_code == 0)
                std::cout << stop->text;
            else
                std::cerr << "flashback-emulator: " << stop->text << '\n';
            return stop->exit_code;
        }
        run(std::move(std::get<Options>(parsed)));
        return 0;
    } catch (std::exception const& error) {
        std::cerr << "flashback-emulator: " << error.what() << '\n';
        return 1;
    }
}
