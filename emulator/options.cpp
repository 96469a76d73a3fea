#include "emulator/options.h"

#include <CLI/CLI.hpp>
#include <charconv>
#include <map>
#include <utility>

namespace settings::emulator {
namespace {

constexpr char const* description =
    "The Flashback service's settings, token and second-factor calls over HTTPS, in memory, with "
    "faults on demand.\nWhen it is ready it prints one line of JSON: url, admin, ca, token, "
    "refreshToken.";

constexpr char const* footer =
    "Example: flashback-emulator --tls-dir /tmp/tls --faults 'answer 500 twice, then drop after "
    "applying'\nemulator/README.md explains the fault script and the endpoints under /_emulator/.";

std::map<std::string, Merge> const merges{{"deep", Merge::deep}, {"shallow", Merge::shallow}};
std::map<std::string, AbsentKey> const absent_keys{{"ignore", AbsentKey::ignore},
                                                   {"refuse", AbsentKey::refuse}};
std::map<std::string, CertificateKind> const certificates{
    {"good", CertificateKind::good},
    {"expired", CertificateKind::expired},
    {"wrong-host", CertificateKind::wrong_host},
    {"self-signed", CertificateKind::self_signed}};

constexpr std::int64_t longest_life = 10'000'000'000;  ///< 317 years: no sum of times overflows

/// The command line's texts, before they get their meaning.
struct Raw {
    std::string listen = "127.0.0.1:0";
    std::string url_prefix;
    std::vector<std::string> users{"demo@flashback.tech:demo"};
    bool is_trial = false;
    std::optional<std::int64_t> token_life;
    std::string token_file;
    std::string merge = "deep";
    std::string absent_key = "ignore";
    unsigned restricted = 403;
    bool user_calls_only = false;
    std::string faults;
    std::int64_t latency = 0;
    std::string tls_directory;
    std::string certificate_kind = "good";
    std::string certificate;
    std::string key;
};

/// An empty one is what a script's variable without a value leaves: it names no file, and not the
/// usual one either.
std::string wrong_with_file_name(std::string const& name) {
    return name.empty() ? "an empty text names no file" : "";
}

void declare_service(CLI::App& app, Raw& raw) {
    app.add_flag("--try", raw.is_trial,
                 "Start a settingsd beside it, and print what to type; until Ctrl-C");
    app.option_defaults()->group("Service");
    app.add_option("--url-prefix", raw.url_prefix, "Path before the service's own, like /api");
    app.add_option("--user", raw.users,
                   "A user; may be repeated, and the printed tokens are the first one's")
        ->option_text("EMAIL:PASSWORD [demo@flashback.tech:demo]");
    app.add_option("--token-life", raw.token_life, "How long an access token works")
        ->check(CLI::Range(std::int64_t{0}, longest_life))
        ->option_text("SECONDS [3600]");
    app.add_option("--token-file", raw.token_file, "Also write the first access token here")
        ->check(wrong_with_file_name)
        ->option_text("PATH");
    app.add_option("--merge", raw.merge, "How PUT merges")
        ->check(CLI::IsMember(merges))
        ->option_text("deep|shallow [deep]");
    app.add_option("--absent-key", raw.absent_key, "What DELETE does with an absent key")
        ->check(CLI::IsMember(absent_keys))
        ->option_text("ignore|refuse [ignore]");
    app.add_option("--restricted", raw.restricted,
                   "What a token gets for which the second factor was not shown")
        ->check(CLI::IsMember({401U, 403U}))
        ->option_text("401|403 [403]");
    app.add_flag("--user-calls-only", raw.user_calls_only,
                 "Know nothing of second factors and organizations");
}

void declare_faults(CLI::App& app, Raw& raw) {
    app.option_defaults()->group("Faults");
    app.add_option("--faults", raw.faults, "What goes wrong, in order")->option_text("SCRIPT");
    app.add_option("--latency", raw.latency, "Delay of every answer")
        ->check(CLI::Range(0, 3'600'000))
        ->option_text("MILLISECONDS [0]");
}

void declare_network(CLI::App& app, Raw& raw) {
    app.option_defaults()->group("Network");
    app.add_option("--listen", raw.listen, "Where to listen; port 0 is any free one")
        ->option_text("ADDRESS:PORT [127.0.0.1:0]");
    auto* const directory =
        app.add_option("--tls-dir", raw.tls_directory,
                       "Keep the throw-away CA here; else it goes with the process")
            ->check(wrong_with_file_name)
            ->option_text("DIRECTORY");
    auto* const kind =
        app.add_option("--certificate", raw.certificate_kind, "What the server shows")
            ->check(CLI::IsMember(certificates))
            ->option_text("good|expired|wrong-host|self-signed [good]");
    auto* const certificate =
        app.add_option("--cert", raw.certificate, "A certificate of your own, PEM")
            ->check(wrong_with_file_name)
            ->option_text("PATH")
            ->excludes(directory, kind);
    auto* const key = app.add_option("--key", raw.key, "Its key, PEM")
                          ->check(wrong_with_file_name)
                          ->option_text("PATH");
    certificate->needs(key);
    key->needs(certificate);
}

Error mistake(std::string message) { return Error::saying(std::move(message)); }

/// "127.0.0.1:8443" or "[::1]:8443".
Result<std::pair<std::string, std::uint16_t>> parse_listen(std::string_view text) {
    auto const wrong =
        mistake("--listen: expected ADDRESS:PORT, found `" + std::string{text} + "`");
    auto const colon = text.rfind(':');
    if (colon == std::string_view::npos) return wrong;
    std::string_view address = text.substr(0, colon);
    std::string_view const digits = text.substr(colon + 1);
    if (address.starts_with('[') && address.ends_with(']'))
        address = address.substr(1, address.size() - 2);
    std::uint16_t port = 0;
    auto const [end, error] = std::from_chars(digits.begin(), digits.end(), port);
    if (error != std::errc{} || end != digits.end() || address.empty()) return wrong;
    return std::pair{std::string{address == "localhost" ? "127.0.0.1" : address}, port};
}

Result<User> parse_user(std::string const& text) {
    auto const colon = text.find(':');
    if (colon == std::string::npos || colon == 0)
        return mistake("--user: expected EMAIL:PASSWORD, found `" + text + "`");
    return User{text.substr(0, colon), text.substr(colon + 1)};
}

Result<std::string> parse_prefix(std::string prefix) {
    while (prefix.ends_with('/')) prefix.pop_back();
    if (!prefix.empty() && !prefix.starts_with('/'))
        return mistake("--url-prefix: expected a path like /api, found `" + prefix + "`");
    return prefix;
}

std::optional<std::filesystem::path> path_in(std::string const& text) {
    if (text.empty()) return std::nullopt;
    return text;
}

Result<Options> interpret(Raw const& raw) {
    Options options;
    auto const listen = parse_listen(raw.listen);
    if (!listen) return listen.error();
    auto prefix = parse_prefix(raw.url_prefix);
    if (!prefix) return prefix.error();
    auto faults = parse_faults(raw.faults);
    if (!faults) return mistake("--faults: " + faults.error().message());
    for (auto const& text : raw.users) {
        auto user = parse_user(text);
        if (!user) return user.error();
        options.users.push_back(std::move(*user));
    }
    std::tie(options.address, options.port) = *listen;
    options.url_prefix = std::move(*prefix);
    options.faults = std::move(*faults);
    options.rules = {merges.at(raw.merge), absent_keys.at(raw.absent_key), raw.restricted,
                     raw.user_calls_only};
    options.is_trial = raw.is_trial;
    // Nobody renews the token of a trial: it is to last for as long as somebody tries things.
    std::chrono::seconds const usual_life =
        raw.is_trial ? std::chrono::hours{24} : std::chrono::hours{1};
    options.token_life = raw.token_life ? std::chrono::seconds{*raw.token_life} : usual_life;
    options.latency = std::chrono::milliseconds{raw.latency};
    options.token_file = path_in(raw.token_file);
    options.tls_directory = path_in(raw.tls_directory);
    options.certificate_kind = certificates.at(raw.certificate_kind);
    options.certificate = path_in(raw.certificate);
    options.key = path_in(raw.key);
    return options;
}

}  // namespace

std::variant<Options, Stop> parse_options(int argc, char const* const* argv) {
    CLI::App app{description, "flashback-emulator"};
    app.set_version_flag("--version", "flashback-emulator " SETTINGSD_VERSION);
    app.footer(footer);
    Raw raw;
    declare_service(app, raw);
    declare_faults(app, raw);
    declare_network(app, raw);
    try {
        app.parse(argc, argv);
    } catch (CLI::CallForHelp const&) {
        return Stop{0, app.help()};
    } catch (CLI::CallForVersion const&) {
        return Stop{0, app.version() + "\n"};
    } catch (CLI::ParseError const& error) {
        return Stop{2, error.what()};
    }
    auto options = interpret(raw);
    if (!options) return Stop{2, options.error().message()};
    return std::move(*options);
}

}  // namespace settings::emulator
