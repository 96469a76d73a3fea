#include "tests/system/support/system_test.h"
#include "tests/support/programs.h"

#include <iostream>

#include "tests/system/support/raw_connection.h"

namespace settings::system_test {

using testing::AnyOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

void SystemTest::serve(std::vector<std::string> options) {
    server.emplace(folder / "server", std::move(options));
}

Daemon& SystemTest::make_device(std::string const& name, Daemon::Settings settings) {
    settings.try_emplace("server.url", quoted(server->url()));
    settings.try_emplace("server.ca_file", quoted(server->ca()));
    auto& made = devices.emplace_back(folder / name, settings);
    made.put_token(server->token());
    return made;
}

void SystemTest::boot(std::vector<std::string> options, Daemon::Settings const& settings) {
    serve(std::move(options));
    make_device("a", settings).start();
    expect_sync(device());
    server->forget_requests();
}

Finished SystemTest::ctl(std::vector<std::string> const& words, int status) {
    std::vector<std::string> all{program("settingsctl"), "--socket", device().socket()};
    all.insert(all.end(), words.begin(), words.end());
    auto const finished = run(all, folder.path());
    EXPECT_EQ(finished.status, status) << finished.errors;
    EXPECT_EQ(finished.errors.empty(), status == 0) << finished.errors;
    return finished;
}

Emulator SystemTest::trusted_stranger() const {
    auto const authority = folder / "stranger" / "tls";
    std::filesystem::create_directories(authority);
    for (auto const* file : {"ca.pem", "ca.key"})
        std::filesystem::copy_file(server->ca().parent_path() / file, authority / file);
    return Emulator{folder / "stranger"};
}

void SystemTest::TearDown() {
    for (auto& each : devices) {
        each.entrust_what_is_stored();
        EXPECT_THAT(each.tokens(), Not(IsEmpty()));
        for (auto const& token : each.tokens()) {
            auto const signature = token.substr(token.rfind('.') + 1);
            EXPECT_THAT(each.places_of(signature), IsEmpty()) << "a token was told";
        }
        if (HasFailure()) std::cout << "log of " << each.folder() << ":\n" << each.log();
    }
}

void expect_sync(Daemon& device) {
    auto const outcome = device.client().sync(patience).value();
    EXPECT_TRUE(outcome.synced) << outcome.reason;
    // What was asked for while a round went on is looked at in a round of its own.
    expect_rest(device);
}

void expect_rest(Daemon& device) {
    expect_eventually([&] { return device.status().state; }, AnyOf("idle", "held"));
}

void expect_no_conflict(Daemon& device) {
    EXPECT_THAT(device.log(), Not(HasSubstr("changed here and on the server")));
}

Json ask(Daemon const& device, std::string const& method, std::string const& target,
         Json const& body) {
    auto const text = body.is_null() ? std::string{} : body.dump();
    return Json::parse(body_of(exchange(device.socket(), request(method, target, text))));
}

client::Revision patch(Daemon const& device, Json const& partial) {
    return device.client().patch(partial).value();
}

}  // namespace settings::system_test
