// What the settings, and requests on their way to them, may take.

#include <sqlite3.h>

#include <algorithm>
#include <future>
#include <sstream>
#include <thread>

#include "tests/system/support/raw_connection.h"
#include "tests/system/support/system_test.h"

namespace settings::system_test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

constexpr std::size_t large_value = 1'000'000;
constexpr std::size_t mebibyte = 1'048'576;

/// A lock on a store, as a program for backups may take it.
class HeldStore {
  public:
    explicit HeldStore(std::filesystem::path const& file) {
        sqlite3_open_v2(file.c_str(), &database_, SQLITE_OPEN_READWRITE, nullptr);
        sqlite3_busy_timeout(database_, 10'000);
        EXPECT_EQ(sqlite3_exec(database_, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr), SQLITE_OK);
    }
    HeldStore(HeldStore const&) = delete;
    HeldStore& operator=(HeldStore const&) = delete;
    ~HeldStore() { sqlite3_close(database_); }

  private:
    sqlite3* database_ = nullptr;
};

/// A body of a mebibyte, each three bytes of which are a block of the heap. One value alone may not
/// hold so many.
std::string many_objects(std::string const& key) {
    std::string body = "{\"" + key + "\":[{}";
    while (body.size() < mebibyte / 2) body += ",{}";
    body += "],\"" + key + "2\":[{}";
    while (body.size() + 10 < mebibyte) body += ",{}";
    return body + "]}";
}

/// Settings as people have them, nearly 8 MiB of them.
Json full_document() {
    Json document = Json::object();
    for (int app = 0; app < 800; ++app) {
        auto& settings = document["app" + std::to_string(app)] = Json::object();
        for (int n = 0; n < 200; ++n)
            settings["setting" + std::to_string(n)] =
                "a value of usual length, " + std::to_string(n);
    }
    return document;
}

/// The same of the smallest values there are.
Json many_flags() {
    Json document = Json::object();
    for (int app = 0; app < 650; ++app) {
        auto& flags = document["app" + std::to_string(app)] = Json::object();
        for (int n = 0; n < 600; ++n) flags["flag" + std::to_string(10000 + n)] = true;
    }
    return document;
}

bool is_there(std::future<std::string> const& answer) {
    return answer.wait_for(std::chrono::seconds{0}) == std::future_status::ready;
}

/// The most that the daemon ever had in memory, in bytes.
std::size_t peak_memory(Daemon& device) {
    std::istringstream status{
        read_text("/proc/" + std::to_string(device.process().pid()) + "/status")};
    for (std::string word; status >> word;)
        if (word == "VmHWM:" && status >> word) return std::stoul(word) * 1'024;
    throw std::runtime_error{"the kernel does not tell how much memory there was"};
}

class RoomTest : public SystemTest {
  protected:
    static Json value(std::string const& key) { return {{key, std::string(large_value, 'x')}}; }

    /// As the service's own page may, which counts nothing.
    void put_elsewhere(Json const& partial) {
        write_text(folder / "body", partial.dump());
        auto const finished =
            run({"curl", "--silent", "--fail", "--cacert", server->ca(), "--noproxy", "*",
                 "--header", "Authorization: Bearer " + server->token(), "--header",
                 "Content-Type: application/json", "--request", "PUT", "--data-binary",
                 "@" + (folder / "body").string(), server->url() + "/settings/user"},
                folder.path());
        ASSERT_EQ(finished.status, 0) << finished.output;
    }

    /// What the daemon takes at most to read, merge and serve a document of the account.
    double times_its_size(Json const& document) {
        auto const size = static_cast<double>(document.dump().size());
        EXPECT_GT(size, 6 * mebibyte);
        boot();
        EXPECT_EQ(device().stop(), 0);
        device().start();
        expect_rest(device());
        auto const before = peak_memory(device());

        server->set_document(document);
        expect_sync(device());
        std::vector<std::thread> apps;
        for (int n = 0; n < 5; ++n)
            apps.emplace_back([this] {
                static_cast<void>(exchange(device().socket(), request("GET", "/settings/user")));
            });
        for (auto& app : apps) app.join();
        return static_cast<double>(peak_memory(device()) - before) / size;
    }

    /// Edits until the daemon refuses one; returns how many were made.
    static int fill(Daemon& device, std::string const& prefix, int most) {
        for (int n = 0; n < most; ++n) {
            auto const saved = device.client().patch(value(prefix + std::to_string(n)));
            if (saved) continue;
            EXPECT_EQ(saved.error().status(), 413U);
            EXPECT_THAT(saved.error().message(), HasSubstr("8.0 MiB is the most"));
            return n;
        }
        return most;
    }
};

TEST_F(RoomTest, NobodyFillsTheAccountPastWhatCanBeRead) {
    boot();

    EXPECT_EQ(fill(device(), "k", 18), 8);

    expect_sync(device());
    EXPECT_EQ(server->document(), device().document());
    ASSERT_TRUE(device().client().erase({"k1", "k2"}));
    patch(device(), {{"small", 1}});
    expect_sync(device());
    EXPECT_EQ(server->document().size(), 7U);
}

TEST_F(RoomTest, ManySmallSettingsCountLikeFewLargeOnes) {
    boot();
    int made = 0;
    for (; made < 18; ++made) {
        Json some = Json::object();
        for (int n = 0; n < 9'500; ++n)
            some["k" + std::to_string(made) + '.' + std::to_string(n)] = std::string(90, 'x');
        if (!device().client().patch(some)) break;
    }

    EXPECT_EQ(made, 8);
    ASSERT_TRUE(device().client().replace({{"small", 1}}));
    expect_sync(device());
    EXPECT_EQ(server->document(), Json({{"small", 1}}));
}

/// Each may fill an account by itself, and none has seen what the others are about to send.
TEST_F(RoomTest, NeitherDoSeveralDevicesTogether) {
    serve();
    for (auto const* name : {"a", "b", "c"}) {
        auto& made = make_device(name, {{"server.lag_seconds", "0.01"}});
        made.start();
        ASSERT_TRUE(made.client().pause());
        EXPECT_EQ(fill(made, name, 6), 6);
    }

    for (auto& each : devices) ASSERT_TRUE(each.client().resume());
    for (auto& each : devices) expect_rest(each);

    EXPECT_LT(server->document().size(), 14U) << "each looks again after a megabyte";
    auto const rejected = devices.back().client().rejected().value();
    ASSERT_THAT(rejected, Not(IsEmpty()));
    EXPECT_THAT(rejected.front().message, HasSubstr("the account has no room for it"));

    for (auto& each : devices)
        ASSERT_TRUE(each.client().erase(
            {"a0", "a1", "a2", "a3", "a4", "a5", "b0", "b1", "b2", "b3", "b4", "b5"}));
    for (auto& each : devices) expect_rest(each);
    for (auto& each : devices) ASSERT_TRUE(each.client().retry_rejected());
    for (auto& each : devices) expect_sync(each);
    EXPECT_EQ(server->document().size(), 6U);
    EXPECT_EQ(server->document(), devices.back().document());
}

TEST_F(RoomTest, WhereOthersFilledTheAccountRemovalsStillGo) {
    boot();
    for (std::string const half : {"a", "b"}) {
        Json document = Json::object();
        for (int n = 0; n < 6; ++n) document.update(value(half + std::to_string(n)));
        put_elsewhere(document);
    }
    expect_sync(device());
    ASSERT_EQ(device().document().size(), 12U);

    auto const refused = device().client().patch({{"more", 1}});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().status(), 413U);
    EXPECT_THAT(refused.error().message(), HasSubstr("only removals"));
    ASSERT_TRUE(device().client().erase({"a1", "b1"}));

    expect_sync(device());
    EXPECT_EQ(server->document().size(), 10U);
}

/// Another process holds the store, and what comes meanwhile takes thirty times as much memory as
/// it says.
TEST_F(RoomTest, WhatWaitsForTheDiskIsBoundedByItsMemory) {
    boot();
    auto holder = std::make_optional<HeldStore>(device().store() / "settings.db");
    auto const body = many_objects("key");
    std::vector<std::future<std::string>> answers;
    for (int n = 0; n < 5; ++n)
        answers.push_back(std::async(std::launch::async, [&] {
            return exchange(device().socket(), request("PUT", "/settings/user", body));
        }));

    // One is in the writer's hands, and one waits.
    eventually("the others are refused", [&] {
        return std::ranges::count_if(answers,
                                     [](auto const& answer) { return is_there(answer); }) >= 3;
    });
    holder.reset();

    int made = 0;
    for (auto& each : answers) {
        auto const answer = each.get();
        if (answer.starts_with("HTTP/1.1 200"))
            ++made;
        else
            EXPECT_THAT(answer, AllOf(StartsWith("HTTP/1.1 503"), HasSubstr("\r\nRetry-After: 1"),
                                      HasSubstr("too many edits are waiting for the disk")));
    }
    EXPECT_GE(made, 1);
    EXPECT_LE(made, 2);
}

TEST_F(RoomTest, ManyLargeBodiesAtOnceTakeLittleMemory) {
    boot();
    auto const before = peak_memory(device());
    std::vector<std::thread> apps;
    for (int n = 0; n < 40; ++n)
        apps.emplace_back([&, body = many_objects("key" + std::to_string(n))] {
            static_cast<void>(exchange(device().socket(), request("PUT", "/settings/user", body)));
        });
    for (auto& app : apps) app.join();

    EXPECT_LT(peak_memory(device()) - before, 300 * mebibyte);
}

TEST_F(RoomTest, AFullAccountIsReadMergedAndServedInLittleMemory) {
    EXPECT_LT(times_its_size(full_document()), 6);
}

TEST_F(RoomTest, SoIsOneOfTheSmallestValues) { EXPECT_LT(times_its_size(many_flags()), 6); }

}  // namespace
}  // namespace settings::system_test
