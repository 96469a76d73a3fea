#include "tests/system/support/emulator.h"
#include "tests/support/programs.h"

#include <stdexcept>

#include "tests/support/eventually.h"

namespace settings::system_test {
namespace {

std::string port_of(std::string const& url) { return url.substr(url.rfind(':') + 1); }

}  // namespace

void PrintTo(Seen const& seen, std::ostream* stream) {
    *stream << seen.method << ' ' << seen.body << " → " << seen.status;
}

Emulator::Emulator(std::filesystem::path folder, std::vector<std::string> options)
    : folder_{std::move(folder)}, options_{std::move(options)} {
    std::filesystem::create_directories(folder_);
    start();
}

void Emulator::kill() { process_.reset(); }

void Emulator::start() {
    std::vector<std::string> words{program("flashback-emulator"), "--tls-dir", folder_ / "tls"};
    words.insert(words.end(), options_.begin(), options_.end());
    if (!announced_.is_null()) {
        words.emplace_back("--listen");
        words.emplace_back("127.0.0.1:" + port_of(text("url")));
    }
    auto const output = folder_ / "announced";
    auto const errors = folder_ / "emulator.log";
    std::filesystem::remove(output);
    process_.emplace(words, Process::Output{output, errors});
    eventually("the emulator says where it serves", [&] {
        if (process_->has_ended()) throw std::runtime_error{"no emulator: " + read_text(errors)};
        return read_text(output).ends_with('\n');
    });
    announced_ = Json::parse(read_text(output));
}

std::string Emulator::mint(int life_seconds, std::string const& user) const {
    auto const answer = call("POST", "tokens/" + user, Json{{"life", life_seconds}}.dump());
    return answer.at("accessToken");
}

Json Emulator::document(std::string const& user) const { return call("GET", "documents").at(user); }

void Emulator::set_document(Json const& document, std::string const& user) const {
    call("PUT", "documents/" + user, document.dump());
}

void Emulator::set_account(Json const& account, std::string const& user) const {
    call("PUT", "accounts/" + user, account.dump());
}

void Emulator::set_organization(std::string const& name, Json const& organization) const {
    call("PUT", "organizations/" + name, organization.dump());
}

Json Emulator::organization(std::string const& name) const {
    return call("GET", "organizations/" + name);
}

Json Emulator::account(std::string const& user) const { return call("GET", "accounts/" + user); }

void Emulator::set_online(bool online) const { call("PUT", "online", online ? "true" : "false"); }

void Emulator::set_faults(std::string const& script) const { call("PUT", "faults", script); }

int Emulator::faults_left() const { return call("GET", "faults").at("remaining"); }

std::vector<Seen> Emulator::requests() const {
    std::vector<Seen> seen;
    for (auto const& entry : call("GET", "requests"))
        seen.push_back({entry.at("method"), entry.at("body"), entry.at("status"),
                        entry.at("target"),
                        std::chrono::milliseconds{entry.at("time").get<std::int64_t>()}});
    return seen;
}

std::vector<Seen> Emulator::writes() const {
    auto seen = requests();
    std::erase_if(seen, [](Seen const& request) { return request.method == "GET"; });
    return seen;
}

std::vector<Seen> Emulator::requests_for(std::string const& target) const {
    auto seen = requests();
    std::erase_if(seen, [&](Seen const& request) { return request.target != target; });
    return seen;
}

std::string Emulator::methods() const {
    std::string names;
    for (auto const& request : requests()) names += (names.empty() ? "" : " ") + request.method;
    return names;
}

std::vector<std::string> Emulator::targets() const {
    std::vector<std::string> targets;
    for (auto const& request : requests()) targets.push_back(request.target);
    return targets;
}

void Emulator::forget_requests() const { call("DELETE", "requests"); }

std::string Emulator::text(char const* member) const { return announced_.at(member); }

/// The certificate is not looked at: some tests give the emulator a bad one on purpose.
Json Emulator::call(std::string const& method, std::string const& target,
                    std::string const& body) const {
    std::vector<std::string> words{"curl", "--silent", "--show-error", "--insecure"};
    words.insert(words.end(), {"--fail-with-body", "--noproxy", "*", "--max-time", "30"});
    words.insert(words.end(), {"--request", method, text("admin") + "/" + target});
    // A document may be larger than an argument.
    auto const file = folder_ / "body";
    write_text(file, body);
    if (!body.empty()) words.insert(words.end(), {"--data-binary", "@" + file.string()});
    auto const finished = run(words, folder_);
    if (finished.status != 0) throw std::runtime_error{finished.errors + finished.output};
    return Json::parse(finished.output);
}

}  // namespace settings::system_test
