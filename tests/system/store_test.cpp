// The store's files in the hands of others: removed, damaged, copied and put back.

#include <sqlite3.h>

#include <atomic>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <functional>
#include <future>
#include <thread>

#include "tests/system/support/raw_connection.h"
#include "tests/system/support/system_test.h"

namespace settings::system_test {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class StoreTest : public SystemTest {
  protected:
    /// A device that has a store, and never a server.
    /// Puts a copy of the store's folder back, over what is there or after all of it was removed.
    enum class Way { over_it, anew };
    void put_back(fs::path const& saved, Way way) {
        if (way == Way::anew) fs::remove_all(device().store());
        fs::create_directories(device().store());
        fs::permissions(device().store(), fs::perms::owner_all);
        fs::copy(saved, device().store(),
                 fs::copy_options::overwrite_existing | fs::copy_options::recursive);
    }

    /// A backup of all files is made while an edit is unsent; then that one is sent, and another.
    void undoes_nothing_that_is_newer(Way way) {
        boot();
        patch(device(), {{"theme", 1}, {"other", 1}});
        expect_sync(device());
        server->set_online(false);
        patch(device(), {{"theme", 2}});
        EXPECT_EQ(device().stop(), 0);
        auto const saved = folder / "saved";
        fs::copy(device().store(), saved);
        server->set_online(true);
        device().start();
        expect_sync(device());
        patch(device(), {{"theme", 3}});
        expect_sync(device());
        auto const tag = device().client().snapshot().value().tag;
        EXPECT_EQ(device().stop(), 0);

        put_back(saved, way);
        device().start();
        expect_sync(device());

        EXPECT_EQ(device().document().at("theme"), 3);
        EXPECT_EQ(server->document().at("theme"), 3);
        auto const status = device().status();
        EXPECT_EQ(status.conflicts, 1U);
        ASSERT_TRUE(status.notice);
        EXPECT_THAT(status.notice->message, HasSubstr("was put back"));
        EXPECT_THAT(device().log(), HasSubstr(status.notice->message));
        expect_nothing_of(tag);
    }

    /// Whatever has that tag has nothing of the store at hand.
    void expect_nothing_of(client::Tag const& tag) {
        EXPECT_THAT(answer_to("GET", "If-None-Match: \"" + tag + '"'), HasSubstr("200 OK"));
        EXPECT_THAT(answer_to("PUT", "If-Match: \"" + tag + '"', "{}"), HasSubstr("412"));
        auto watch = device().client().watch("", tag);
        auto const event = watch.next().value();
        EXPECT_TRUE(std::holds_alternative<client::Reset>(event.value()));
        RawConnection watcher{device().socket()};
        watcher.send("GET /v1/watch HTTP/1.1\r\nHost: localhost\r\nLast-Event-ID: " + tag +
                     "\r\n\r\n");
        EXPECT_THAT(watcher.receive_until("}}\n\n"), HasSubstr("event: reset"));
    }

    void be_alone() {
        serve();
        make_device("d");
        server->kill();
        device().start();
    }

    /// Somebody does this to the files between two edits. Expects apps to see afterwards what they
    /// saw before, also over a kill, and the log to say what was found.
    void outlives(std::function<void()> const& deed, std::string const& finding) {
        be_alone();
        for (int n = 1; n <= 20; ++n) patch(device(), {{"key" + std::to_string(n), n}});
        deed();
        expect_eventually([&] { return bool(device().client().patch({{"after", 1}})); }, true);
        EXPECT_TRUE(device().client().patch({{"key1", "edited"}}));
        device().kill();
        device().start();

        auto const document = device().document();
        EXPECT_EQ(document.size(), 21U) << document;
        EXPECT_EQ(document.at("key1"), "edited");
        EXPECT_THAT(device().log(), HasSubstr(finding));
    }

    /// The same before a stop.
    void outlives_a_stop_after(std::function<void()> const& deed) {
        be_alone();
        for (int n = 1; n <= 20; ++n) patch(device(), {{"key" + std::to_string(n), n}});
        deed();
        EXPECT_EQ(device().stop(), 0);
        device().start();

        EXPECT_EQ(device().document().size(), 20U) << device().document();
        EXPECT_TRUE(device().client().patch({{"after", 1}}));
    }

    /// A connection whose request came as the daemon stopped is closed without an answer.
    std::string visit() {
        auto answer = exchange(device().socket(), request("GET", "/metrics"));
        return answer.empty() ? exchange(device().socket(), request("GET", "/metrics")) : answer;
    }

    void zero_log() { overwrite(file("-wal"), 0, std::string(fs::file_size(file("-wal")), '\0')); }

    /// As the program sqlite3 does it, beside the daemon.
    void sql(std::string const& statement) {
        auto const done =
            run({"sqlite3", "-cmd", ".timeout 30000", file(), statement}, folder.path());
        ASSERT_EQ(done.status, 0) << done.errors;
    }

    void overwrite(fs::path const& target, std::streamoff place, std::string const& bytes) {
        std::fstream stream{target, std::ios::in | std::ios::out | std::ios::binary};
        stream.seekp(place);
        stream << bytes;
    }

    /// The log is cut to so many percent of it, between two edits.
    void outlives_a_cut_to(std::uintmax_t percent) {
        be_alone();
        for (int n = 1; n <= 20; ++n) patch(device(), {{"key" + std::to_string(n), n}});
        ASSERT_TRUE(device().client().erase({"key7"}));

        fs::resize_file(file("-wal"), fs::file_size(file("-wal")) * percent / 100);
        expect_eventually([&] { return bool(device().client().patch({{"after", 1}})); }, true);
        device().kill();
        device().start();

        EXPECT_EQ(device().document().size(), 20U);
        EXPECT_FALSE(device().document().contains("key7"));
        EXPECT_THAT(device().status().notice.value().message,
                    HasSubstr("brought back as apps saw them last"));
    }

    [[nodiscard]] fs::path file(std::string const& ending = "") {
        return device().store() / ("settings.db" + ending);
    }

    std::int64_t number(std::string const& sql) {
        sqlite3* database = nullptr;
        sqlite3_stmt* statement = nullptr;
        sqlite3_open_v2(file().c_str(), &database, SQLITE_OPEN_READONLY, nullptr);
        sqlite3_prepare_v2(database, sql.c_str(), -1, &statement, nullptr);
        sqlite3_step(statement);
        auto const found = sqlite3_column_int64(statement, 0);
        sqlite3_finalize(statement);
        sqlite3_close(database);
        return found;
    }

    void execute(std::string const& sql) {
        sqlite3* database = nullptr;
        sqlite3_open(file().c_str(), &database);
        sqlite3_busy_timeout(database, 10'000);
        EXPECT_EQ(sqlite3_exec(database, sql.c_str(), nullptr, nullptr, nullptr), SQLITE_OK);
        sqlite3_close(database);
    }

    void overwrite_table(std::string const& table) {
        auto const page = number("SELECT rootpage FROM sqlite_schema WHERE name = '" + table + "'");
        std::fstream stream{file(), std::ios::in | std::ios::out | std::ios::binary};
        stream.seekp((page - 1) * 4'096);
        stream << std::string(4'096, '\x5a');
    }

    /// What a request is answered, from the status on.
    std::string answer_to(std::string const& method, std::string const& header,
                          std::string const& body = "") {
        RawConnection connection{device().socket()};
        connection.send(
            method + " /settings/user HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" +
            header + "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
        return connection.receive_until("\r\n\r\n");
    }
};

TEST_F(StoreTest, AStoppedDaemonLeavesOneFileWithEverything) {
    be_alone();
    patch(device(), {{"theme", "dark"}});

    EXPECT_EQ(device().stop(), 0);

    EXPECT_FALSE(fs::exists(file("-wal")));
    EXPECT_EQ(number("SELECT count(*) FROM setting"), 1);
}

TEST_F(StoreTest, ADatabaseThatIsRemovedWhileItRunsTakesNothingWithIt) {
    be_alone();
    Json expected{{"theme", "light"}, {"volume", 1}};
    patch(device(), expected);
    for (auto const* how : {"stopped", "killed"}) {
        expected[how] = true;
        patch(device(), expected);

        fs::remove(file());
        EXPECT_FALSE(device().client().patch({{"lost", "and told so"}}));
        if (how == std::string{"killed"})
            device().kill();
        else
            device().stop();
        device().start();

        EXPECT_EQ(device().document(), expected) << how;
    }
}

TEST_F(StoreTest, NobodyIsTurnedAwayWhileItStartsOver) {
    be_alone();
    patch(device(), {{"theme", "dark"}});
    std::atomic<bool> is_over = false;
    auto visitor = std::async(std::launch::async, [&] {
        while (!is_over) EXPECT_THAT(visit(), HasSubstr("200 OK"));
    });

    fs::remove(file("-wal"));
    expect_eventually([&] { return bool(device().client().patch({{"after", 1}})); }, true);
    is_over = true;
    visitor.get();

    EXPECT_THAT(device().log(), HasSubstr("settingsd starts over"));
    fs::remove(device().socket());
    expect_eventually([&] { return fs::exists(device().socket()); }, true);
}

TEST_F(StoreTest, ADatabaseThatIsReplacedWhileItRunsTakesNothingWithIt) {
    be_alone();
    patch(device(), {{"theme", "dark"}});
    EXPECT_EQ(device().stop(), 0);
    fs::copy_file(file(), folder / "older");
    device().start();
    patch(device(), {{"theme", "light"}, {"volume", 1}});

    fs::rename(folder / "older", file());
    EXPECT_FALSE(device().client().patch({{"lost", "and told so"}}));
    EXPECT_EQ(device().stop(), 0);
    device().start();

    EXPECT_EQ(device().document(), Json({{"theme", "light"}, {"volume", 1}}));
    EXPECT_THAT(device().log(), HasSubstr("brought back as apps saw them last"));
}

TEST_F(StoreTest, ALogThatIsRemovedWhileItRunsTakesNothingWithIt) {
    be_alone();
    for (int n = 1; n <= 20; ++n) patch(device(), {{"key" + std::to_string(n), n}});

    fs::remove(file("-wal"));
    expect_eventually([&] { return bool(device().client().patch({{"after", 1}})); }, true);
    device().kill();
    device().start();

    EXPECT_EQ(device().document().size(), 21U);
    EXPECT_THAT(device().log(), HasSubstr("settings.db-wal was moved, deleted or replaced"));
}

TEST_F(StoreTest, ALogThatIsEmptiedWhileItRunsTakesNothingWithIt) { outlives_a_cut_to(0); }

TEST_F(StoreTest, ALogThatIsCutShortWhileItRunsTakesNothingWithIt) { outlives_a_cut_to(50); }

TEST_F(StoreTest, ALogThatIsOverwrittenWhileItRunsTakesNothingWithIt) {
    constexpr std::streamoff salt = 16;
    outlives([&] { overwrite(file("-wal"), salt, "\xff\xff\xff\xff"); }, "-wal was overwritten");
}

TEST_F(StoreTest, ALogOfZerosTakesNothingWithIt) {
    outlives([&] { zero_log(); }, "-wal was overwritten");
}

TEST_F(StoreTest, ALogOfZerosBeforeTheStopTakesNothingWithIt) {
    outlives_a_stop_after([&] { zero_log(); });
}

TEST_F(StoreTest, ALogThatIsCutShortBeforeTheStopTakesNothingWithIt) {
    outlives_a_stop_after([&] { fs::resize_file(file("-wal"), fs::file_size(file("-wal")) / 2); });
}

TEST_F(StoreTest, ALogThatIsReplacedBeforeTheStopTakesNothingWithIt) {
    outlives_a_stop_after([&] {
        fs::remove(file("-wal"));
        write_text(file("-wal"), "no log");
    });
}

TEST_F(StoreTest, WhatAnotherProgramWroteBeforeItHeldTheStoreIsFound) {
    outlives(
        [&] {
            ASSERT_TRUE(device().client().pause()) << "The sync must not find it first.";
            sqlite3* other = nullptr;
            ASSERT_EQ(sqlite3_open(file().c_str(), &other), SQLITE_OK);
            sqlite3_busy_timeout(other, 10'000);
            ASSERT_EQ(sqlite3_exec(other,
                                   "BEGIN IMMEDIATE; DELETE FROM setting WHERE key = 'key3'; "
                                   "COMMIT; BEGIN IMMEDIATE",
                                   nullptr, nullptr, nullptr),
                      SQLITE_OK);
            EXPECT_FALSE(device().client().patch({{"busy", 1}}));
            sqlite3_close(other);
        },
        "was changed by another program");
}

TEST_F(StoreTest, AnotherStoreThatIsRestoredIntoARunningOneReplacesNothing) {
    auto const other = folder / "other.db";
    outlives(
        [&] {
            auto const made = run({"sqlite3", file(), ".backup " + other.string()}, folder.path());
            ASSERT_EQ(made.status, 0) << made.errors;
            auto const changed =
                run({"sqlite3", other, "DELETE FROM setting WHERE key <> 'key7'"}, folder.path());
            ASSERT_EQ(changed.status, 0) << changed.errors;
            sql(".restore " + other.string());
        },
        "was changed by another program");
}

TEST_F(StoreTest, AStopIsHeardAtEachMomentOfAStartOver) {
    be_alone();
    for (int pause_ms = 0; pause_ms < 20; ++pause_ms) {
        patch(device(), {{"n", pause_ms}});
        execute("DELETE FROM memory");
        static_cast<void>(device().client().patch({{"n", 0}}));  // finds it, or the sync has
        std::this_thread::sleep_for(std::chrono::milliseconds{pause_ms});
        EXPECT_EQ(device().stop(), 0) << pause_ms << " ms later";
        device().start();
    }
}

TEST_F(StoreTest, ATriggerThatIsMadeWhileItRunsChangesNothing) {
    outlives(
        [&] {
            sql("CREATE TRIGGER t AFTER INSERT ON setting "
                "BEGIN DELETE FROM setting WHERE key = NEW.key; END");
        },
        "was changed by another program");
}

TEST_F(StoreTest, RowsThatAnotherProgramDeletesWhileItRunsAreBroughtBack) {
    outlives([&] { sql("DELETE FROM setting WHERE key = 'key3'"); },
             "was changed by another program");
}

TEST_F(StoreTest, RowsThatAnotherProgramDeletesBeforeTheStopAreBroughtBack) {
    be_alone();
    patch(device(), {{"theme", "dark"}, {"volume", 1}});

    sql("DELETE FROM setting WHERE key = 'theme'");
    EXPECT_EQ(device().stop(), 0);
    device().start();

    EXPECT_EQ(device().document(), Json({{"theme", "dark"}, {"volume", 1}}));
}

TEST_F(StoreTest, WhoOnlyReadsBesideItIsNobodysBusiness) {
    be_alone();
    patch(device(), {{"theme", "dark"}});

    sql("SELECT count(*) FROM setting");
    patch(device(), {{"theme", "light"}});

    EXPECT_THAT(device().log(), testing::Not(HasSubstr("another program")));
}

TEST_F(StoreTest, ALogThatBecomesALinkWhileItRunsIsNotFollowed) {
    be_alone();
    for (int n = 1; n <= 20; ++n) patch(device(), {{"key" + std::to_string(n), n}});

    fs::rename(file("-wal"), folder / "elsewhere");
    fs::create_symlink(folder / "elsewhere", file("-wal"));
    expect_eventually([&] { return bool(device().client().patch({{"after", 1}})); }, true);
    device().kill();
    device().start();

    EXPECT_EQ(device().document().size(), 21U);
}

TEST_F(StoreTest, ALockThatIsNoFileIsAPersonsBusiness) {
    serve();
    make_device("d");
    fs::create_directories(device().store() / "lock");
    fs::permissions(device().store(), fs::perms::owner_all);

    auto const ended = device().start_in_vain();

    EXPECT_EQ(ended.status, 78);
    EXPECT_THAT(ended.errors, HasSubstr("lock is no plain file; move it away"));
}

TEST_F(StoreTest, ATableThatNobodyReadsAtTheStartIsHealedByIt) {
    be_alone();
    patch(device(), {{"theme", "dark"}});
    EXPECT_EQ(device().stop(), 0);

    overwrite_table("rejected");
    device().start();

    EXPECT_GT(patch(device(), {{"theme", "light"}}), 2);
    EXPECT_THAT(device().log(), HasSubstr("Lost: what stood on 1 page"));
}

TEST_F(StoreTest, APauseOutlivesTheLossOfAllFiles) {
    for (bool const is_running : {true, false}) {
        SCOPED_TRACE(is_running ? "while it runs" : "while it is stopped");
        if (!server) boot();
        ASSERT_TRUE(device().client().resume());
        patch(device(), {{"theme", "dark"}});
        expect_sync(device());
        ASSERT_TRUE(device().client().pause());
        patch(device(), {{"unsent", is_running}});
        if (!is_running) {
            EXPECT_EQ(device().stop(), 0);
        }
        for (auto const& entry : fs::directory_iterator{device().store()})
            if (is_running || entry.path() != file("-revision")) fs::remove(entry.path());
        if (is_running) {
            EXPECT_EQ(device().stop(), 0);
        }
        device().start();

        expect_eventually([&] { return device().status().state; }, "paused");
        EXPECT_EQ(server->document().contains("unsent"), !is_running) << "of the turn before";
    }
}

TEST_F(StoreTest, APauseOutlivesAnOlderStoreThatIsRestoredIntoTheRunningOne) {
    boot();
    patch(device(), {{"theme", "dark"}});
    expect_sync(device());
    auto const older = folder / "older.db";
    sql(".backup " + older.string());
    ASSERT_TRUE(device().client().pause());
    patch(device(), {{"unsent", 1}});

    sql(".restore " + older.string());
    expect_eventually([&] { return bool(device().client().patch({{"after", 1}})); }, true);

    EXPECT_EQ(device().status().state, "paused");
    EXPECT_EQ(server->document(), Json({{"theme", "dark"}}));
}

TEST_F(StoreTest, APauseOutlivesAllThatTheSyncRemembers) {
    for (std::string const way : {"DELETE FROM memory", "DROP TABLE memory"}) {
        SCOPED_TRACE(way);
        if (!server) boot();
        patch(device(), {{"theme", "dark"}});
        expect_sync(device());
        ASSERT_TRUE(device().client().pause());
        patch(device(), {{way, "secret"}});
        EXPECT_EQ(device().stop(), 0);

        execute(way);
        device().start();

        expect_eventually([&] { return device().status().state; }, "paused");
        EXPECT_FALSE(device().client().sync(std::chrono::seconds{2})->synced);
        EXPECT_FALSE(server->document().contains(way));
        EXPECT_THAT(device().status().notice.value().message, HasSubstr("may have been paused"));
        // What waits then is a person's word on whose the settings are.
        ASSERT_TRUE(device().client().resume());
        expect_eventually([&] { return device().status().state; }, "held");
        ask(device(), "POST", "/v1/review", {{"action", "merge"}});
        expect_sync(device());
        EXPECT_EQ(server->document().at(way), "secret");
    }
}

TEST_F(StoreTest, ALogThatSomebodyHasChangedIsReadAndKept) {
    be_alone();
    patch(device(), {{"key0", 0}});
    // So that nothing but the edits is written.
    ASSERT_TRUE(device().client().pause());
    for (std::string const way : {"UPDATE memory SET value = 'x'", "DROP TABLE memory"}) {
        EXPECT_EQ(device().stop(), 0);
        device().start();
        auto expected = device().document();
        for (int n = 1; n <= 20; ++n) {
            expected[way + std::to_string(n)] = n;
            patch(device(), {{way + std::to_string(n), n}});
        }
        execute(way);
        device().kill();
        device().start();

        EXPECT_EQ(device().document(), expected) << way;
        EXPECT_EQ(device().status().state, "paused");
        EXPECT_THAT(device().log(), HasSubstr("does not say any more whose it is"));
    }
}

TEST_F(StoreTest, ALogWithoutItsDatabaseIsReadAndKept) {
    be_alone();
    for (int n = 1; n <= 50; ++n) patch(device(), {{"key" + std::to_string(n), n}});
    device().kill();

    fs::remove(file());
    device().start();

    EXPECT_EQ(device().document().size(), 50U);
    EXPECT_THAT(device().log(), HasSubstr("its log without it"));
}

TEST_F(StoreTest, ARevisionNamesTheSameThingAfterTheStoreWasPutBack) {
    be_alone();
    for (int n = 1; n <= 3; ++n) patch(device(), {{"count", n}});
    EXPECT_EQ(device().stop(), 0);
    fs::copy_file(file(), folder / "backup");
    device().start();
    for (int n = 4; n <= 5; ++n) patch(device(), {{"count", n}});
    auto const tag = device().client().snapshot().value().tag;
    EXPECT_EQ(device().stop(), 0);

    fs::copy_file(folder / "backup", file(), fs::copy_options::overwrite_existing);
    device().start();
    EXPECT_GT(patch(device(), {{"count", 6}}), 5);

    expect_nothing_of(tag);
    RawConnection watcher{device().socket()};
    watcher.send("GET /v1/watch?since=5 HTTP/1.1\r\nHost: localhost\r\n\r\n");
    EXPECT_THAT(watcher.receive_until("}}\n\n"), HasSubstr("event: reset"));
    EXPECT_THAT(device().log(), HasSubstr("an older store was put back"));
}

TEST_F(StoreTest, AFolderThatIsCopiedBackUndoesNothingThatIsNewerAtTheServer) {
    undoes_nothing_that_is_newer(Way::over_it);
}

TEST_F(StoreTest, AFolderThatIsMadeAnewUndoesNothingThatIsNewerAtTheServer) {
    undoes_nothing_that_is_newer(Way::anew);
}

TEST_F(StoreTest, ATagOutlivesRestartsAndCrashes) {
    be_alone();
    patch(device(), {{"theme", "dark"}});
    auto const tag = device().client().snapshot().value().tag;

    EXPECT_EQ(device().stop(), 0);
    device().start();
    device().kill();
    device().start();

    EXPECT_EQ(device().client().snapshot().value().tag, tag);
    EXPECT_THAT(answer_to("GET", "If-None-Match: \"" + tag + '"'), HasSubstr("304"));
    EXPECT_THAT(answer_to("GET", "If-None-Match: \"1\""), HasSubstr("200 OK"));
    EXPECT_FALSE(device().status().notice);
}

/// The first edits are in a backup, the others in the log that a crash leaves behind.
TEST_F(StoreTest, AnOlderStoreIsNotMixedWithALaterLog) {
    be_alone();
    for (int n = 1; n <= 60; ++n) patch(device(), {{"key" + std::to_string(n), n}});
    EXPECT_EQ(device().stop(), 0);
    fs::copy_file(file(), folder / "backup");
    device().start();
    // So many that the log begins anew a few times.
    for (int n = 61; n <= 200; ++n)
        patch(device(), {{"key" + std::to_string(n), std::string(30'000, 'x')}});
    device().kill();

    fs::copy_file(folder / "backup", file(), fs::copy_options::overwrite_existing);
    device().start();

    EXPECT_EQ(device().document().size(), 60U);
    EXPECT_THAT(device().status().notice.value().message,
                HasSubstr("the log beside the store is not the store's"));
    EXPECT_THAT(ctl({"status"}).output, HasSubstr("Notice"));
    auto const advice =
        run({program("settingsctl"), "--socket", device().socket(), "doctor"}, folder.path());
    EXPECT_THAT(advice.output, HasSubstr("settingsctl dismiss"));
    ctl({"dismiss"});
    EXPECT_FALSE(device().status().notice);
}

}  // namespace
}  // namespace settings::system_test
