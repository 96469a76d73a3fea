#include <algorithm>
#include <fstream>
#include <iterator>

#include "model/json.h"
#include "store/damage.h"
#include "store/files.h"
#include "store/ledger.h"
#include "store/reader.h"
#include "store/recovery.h"
#include "store/schema.h"
#include "tests/fuzz/targets.h"
#include "tests/support/temporary_folder.h"

namespace settings::fuzz {
namespace {

namespace fs = std::filesystem;

std::string contents_of(fs::path const& file) {
    std::ifstream stream{file, std::ios::binary};
    return {std::istreambuf_iterator<char>{stream}, {}};
}

/// The bytes of a store that was in use: what the log has is not in the database yet.
struct Bytes {
    std::string database;
    std::string log;
};

Result<void> edit(store::Connection& connection, std::string const& key, Json const& value) {
    store::Ledger ledger{connection, [] { return 0; }};
    connection.execute("BEGIN IMMEDIATE");
    auto const saved = ledger.apply(Patch{Json{{key, value}}}, "fuzz");
    connection.execute("COMMIT");
    if (!saved) return saved.error();
    return {};
}

Bytes make_store() {
    TemporaryFolder const folder;
    auto const file = folder / "settings.db";
    (void)store::recover(file);
    auto connection = store::open_for_writing(file);
    for (int n = 0; n < 20; ++n) (void)edit(connection, "key" + std::to_string(n), n);
    (void)edit(connection, "large", std::string(6'000, 'l'));
    connection.bring_log_in(std::chrono::milliseconds{0});
    (void)edit(connection, "theme", "dark");
    (void)edit(connection, "theme", {{"name", "light"}});
    return {contents_of(file), contents_of(store::log_of(file))};
}

std::size_t take_number(std::string_view& bytes, std::size_t length) {
    std::size_t number = 0;
    for (; length > 0 && !bytes.empty(); --length, bytes.remove_prefix(1))
        number = number * 256 + static_cast<unsigned char>(bytes.front());
    return number;
}

/// Puts some bytes in the place of others: behind three bytes that name the place, and one that
/// says how many come. Places beyond the database are in the log. None at a place cuts there.
void damage(Bytes& store, std::string_view bytes) {
    while (!bytes.empty()) {
        auto place = take_number(bytes, 3) % (store.database.size() + store.log.size() + 1);
        auto const count = std::min(take_number(bytes, 1), bytes.size());
        auto& file = place < store.database.size() ? store.database : store.log;
        if (&file == &store.log) place -= store.database.size();
        if (count == 0) file.resize(place);
        auto const fitting = std::min(count, file.size() - place);
        file.replace(place, fitting, bytes.substr(0, fitting));
        bytes.remove_prefix(count);
    }
}

void write(fs::path const& file, std::string const& contents) {
    std::ofstream{file, std::ios::binary} << contents;
}

/// What an app sees of it is JSON, and its next edit is kept.
void use(fs::path const& file) {
    auto connection = store::open_for_writing(file);
    expect(edit(connection, "after", 1).has_value(), "a store takes an edit");
    store::Reader reader{file};
    auto const document = reader.document();
    bool is_there = false;
    for (auto const& change : document.changes) {
        expect(change.text && parse_json(*change.text), "what apps read is JSON");
        is_there = is_there || (change.key == "after" && *change.text == "1");
    }
    expect(is_there, "an edit is there");
    (void)reader.pending_keys(100);
    (void)reader.differing();
    (void)reader.conflicts();
    (void)reader.rejected();
    (void)reader.recall();
}

/// As the daemon does it: what is found to be damaged while it is in use leads to another start.
void start(fs::path const& file) {
    constexpr int starts = 3;
    for (int n = 1;; ++n) try {
            (void)store::recover(file);
            return use(file);
        } catch (store::SqliteError const& error) {
            expect(store::is_damage(error) && n < starts, error.what());
            store::suspect(file, error.what());
        }
}

}  // namespace

/// Any store that was ours once can be started with, or says what a person has to do.
void store(std::string_view bytes) {
    static Bytes const sound = make_store();
    auto damaged = sound;
    damage(damaged, bytes);
    TemporaryFolder const folder;
    auto const file = folder / "settings.db";
    write(file, damaged.database);
    write(store::log_of(file), damaged.log);
    try {
        start(file);
    } catch (store::UnusableStore const&) {
    }
}

}  // namespace settings::fuzz
