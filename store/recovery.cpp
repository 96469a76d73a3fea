#include "store/recovery.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <ctime>
#include <fstream>
#include <iterator>
#include <system_error>

#include "store/high_water.h"
#include "store/origin.h"
#include "store/salvage.h"
#include "store/schema.h"
#include "store/wall_clock.h"

namespace settings::store {
namespace {

namespace fs = std::filesystem;
using Told = std::optional<std::string>;

fs::path with(fs::path file, std::string const& ending) { return file += ending; }

// What a salvage leaves while it is under way. The second name is given to what is whole.
fs::path part_of(fs::path const& file) { return with(file, "-salvage"); }
fs::path whole_of(fs::path const& file) { return with(file, "-salvaged"); }

/// Why the store is to be salvaged, from the run that saw it.
fs::path suspicion_of(fs::path const& file) { return with(file, "-suspect"); }

std::uintmax_t size_of(fs::path const& file) {
    std::error_code none;
    auto const size = fs::file_size(file, none);
    return none ? 0 : size;
}

/// Makes the names in the folder durable.
void flush_folder_of(fs::path const& file) {
    int const folder = open(file.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0) throw std::system_error{errno, std::generic_category(), file.string()};
    int const result = fsync(folder);
    close(folder);
    if (result != 0) throw std::system_error{errno, std::generic_category(), file.string()};
}

// Names -------------------------------------------------------------------------------------------

std::string date() {
    std::time_t const now = std::time(nullptr);
    std::tm parts{};
    gmtime_r(&now, &parts);
    std::array<char, 32> text{};
    std::strftime(text.data(), text.size(), ".damaged-%Y%m%dT%H%M%SZ", &parts);
    return text.data();
}

fs::path dated_name(fs::path const& file) {
    auto const dated = with(file, date());
    auto name = dated;
    for (int n = 2; fs::exists(name) || fs::exists(log_of(name)); ++n)
        name = with(dated, "-" + std::to_string(n));
    return name;
}

/// Moves the database and the log that belongs to it, so that the two are never mixed up.
fs::path set_aside(fs::path const& file) {
    auto aside = dated_name(file);
    for (std::string const part : {"-wal", "-shm", ""})
        if (auto const from = with(file, part); fs::exists(from))
            fs::rename(from, with(aside, part));
    return aside;
}

void remove_part(fs::path const& file) {
    for (auto const* ending : {"", "-wal", "-shm", "-journal"})
        fs::remove(with(part_of(file), ending));
}

// Damage ------------------------------------------------------------------------------------------

/// All tables with their indexes, but of the history only the end: it may be a hundred times as
/// large, which is too much to read at each start.
Told fault_of_tables(Connection& connection) {
    Statement last{connection, "SELECT max(revision), changes FROM journal"};
    last.run();
    for (std::string const table :
         {"setting", "sent", "rejected", "unreadable", "conflict", "memory"}) {
        Statement check{connection, "PRAGMA integrity_check(" + table + ")"};
        auto rows = check.query();
        if (!rows.next()) return "its table " + table + " cannot be checked";
        if (rows.text(0) != "ok") return std::string{rows.text(0)};
    }
    return std::nullopt;
}

Told damage_of(fs::path const& file) {
    if (fs::exists(suspicion_of(file))) {
        std::ifstream stream{suspicion_of(file)};
        return std::string{std::istreambuf_iterator<char>{stream}, {}};
    }
    if (size_of(file) == 0) {
        // SQLite would remove the log.
        if (RawPages{file, log_of(file)}.has_log()) return "there is its log without it";
        return std::nullopt;
    }
    try {
        auto connection = open_for_writing(file);
        return fault_of_tables(connection);
    } catch (SqliteError const& error) {
        if (is_damage(error)) return error.what();
        throw;
    }
}

// Salvage -----------------------------------------------------------------------------------------

/// An entry of the history beyond all that was ever acknowledged. The revision before it is left
/// out, so that whoever watched the old history sees a gap and reads all settings anew.
void go_on_after(Connection& connection, Revision acknowledged) {
    Statement head{connection,
                   "SELECT max(coalesce((SELECT max(revision) FROM journal), 0), "
                   "coalesce((SELECT max(revision) FROM setting), 0))"};
    auto const last = std::max(acknowledged, head.query().one().integer(0));
    if (last == 0) return;
    Statement{connection,
              "INSERT INTO journal (revision, at, origin, app, changes) VALUES (?, ?, ?, '', '[]')"}
        .run(last + 2, unix_milliseconds(), name_of(Origin::recovery));
    measure_history(connection);
}

std::string counted(std::size_t count, std::string const& one, std::string const& many) {
    return std::to_string(count) + " " + (count == 1 ? one : many);
}

std::string losses(Salvaged const& salvaged) {
    if (salvaged.lost_pages + salvaged.lost_rows == 0) return "Nothing is missing.";
    return "Lost: what stood on " + counted(salvaged.lost_pages, "page", "pages") + " and in " +
           counted(salvaged.lost_rows, "row", "rows") + " that cannot be read.";
}

std::string story(std::string const& damage, fs::path const& aside, Salvaged const& salvaged) {
    auto const count = [&](char const* table) { return salvaged.rows.at(table); };
    return "the store was damaged (" + damage + "): it is kept as " + aside.string() + ", and " +
           counted(count("setting"), "setting was", "settings were") + " read from it, with " +
           counted(count("journal"), "entry", "entries") + " of the history, " +
           counted(count("sent"), "mark", "marks") + " of what was sent, " +
           counted(count("rejected"), "refusal", "refusals") + ", " +
           counted(count("conflict"), "conflict", "conflicts") + " and " +
           (count("memory") > 0 ? "what the sync remembers"
                                : "nothing of what the sync remembers") +
           ". " + losses(salvaged);
}

/// Writes the new store beside the old one, all of it on disk when this returns.
Salvaged write_part(fs::path const& file) {
    RawPages pages{file, log_of(file)};
    auto fresh = open_for_writing(part_of(file));
    fresh.execute("BEGIN IMMEDIATE");
    auto const salvaged = salvage(pages, fresh);
    go_on_after(fresh, HighWater::of(file));
    fresh.execute("COMMIT");
    fresh.bring_log_in(std::chrono::milliseconds{0});
    return salvaged;
}

/// The new store and its log may each become as large as the old ones were.
std::uintmax_t needed_for(fs::path const& file) {
    return 2 * (size_of(file) + size_of(log_of(file)));
}

/// A full disk has more than one way to say so.
bool is_for_want_of_room(SqliteError const& error, fs::path const& file) {
    std::error_code unknown;
    auto const room = fs::space(file.parent_path(), unknown);
    return (error.code() & 0xff) == SQLITE_FULL || (!unknown && room.available < needed_for(file));
}

std::string complaint_about_room(fs::path const& file, std::string const& damage) {
    constexpr std::uintmax_t mebibyte = 1'048'576;
    return file.string() + " is damaged (" + damage +
           "), and there is no room to write what can be read of it: about " +
           std::to_string(needed_for(file) / mebibyte + 1) + " MiB are needed in " +
           file.parent_path().string() +
           ". Nothing was changed; free some space and start settingsd again";
}

/// Lets the new store, which is whole, take the old one's place. Can be interrupted anywhere, and
/// called again.
fs::path take_place(fs::path const& file) {
    auto aside = set_aside(file);
    fs::rename(whole_of(file), file);
    fs::remove(suspicion_of(file));
    flush_folder_of(file);
    return aside;
}

std::string salvage_store(fs::path const& file, std::string const& damage) {
    Salvaged salvaged;
    try {
        salvaged = write_part(file);
    } catch (SqliteError const& error) {
        remove_part(file);
        if (!is_for_want_of_room(error, file)) throw;
        throw UnusableStore{complaint_about_room(file, damage)};
    }
    fs::rename(part_of(file), whole_of(file));
    flush_folder_of(file);
    auto const aside = take_place(file);
    return story(damage, aside, salvaged);
}

/// What an interrupted salvage left.
Told finish(fs::path const& file) {
    if (fs::exists(part_of(file))) remove_part(file);
    if (!fs::exists(whole_of(file))) return std::nullopt;
    auto const aside = take_place(file);
    return "the store was damaged, and its salvage was interrupted: it is brought to its end, and "
           "what was there before is kept as " +
           aside.string();
}

// A store that was put back -----------------------------------------------------------------------

Told catch_up(fs::path const& file) {
    auto const acknowledged = HighWater::of(file);
    if (acknowledged == 0) return std::nullopt;
    auto connection = open_for_writing(file);
    Statement last{connection, "SELECT coalesce(max(revision), 0) FROM journal"};
    auto const head = last.query().one().integer(0);
    if (head >= acknowledged) return std::nullopt;
    connection.execute("BEGIN IMMEDIATE");
    // What was sent since is not known, and what was known before is no longer true.
    connection.execute("DELETE FROM sent");
    connection.execute("INSERT OR REPLACE INTO memory VALUES ('put_back', '')");
    go_on_after(connection, acknowledged);
    connection.execute("COMMIT");
    return "the store ends with revision " + std::to_string(head) + ", and revision " +
           std::to_string(acknowledged) +
           " was acknowledged: an older store was put back, or the store was removed. It is used "
           "as "
           "it is; where the server has other values than were known, they win over unsent ones, "
           "which are kept as conflicts";
}

}  // namespace

bool is_damage(SqliteError const& error) {
    int const primary = error.code() & 0xff;
    return primary == SQLITE_CORRUPT || primary == SQLITE_NOTADB;
}

fs::path log_of(fs::path const& file) { return with(file, "-wal"); }

std::optional<std::string> recover(fs::path const& file) {
    auto told = finish(file);
    if (!told)
        if (auto const damage = damage_of(file)) told = salvage_store(file, *damage);
    if (auto older = catch_up(file)) told = told ? *told + "; " + *older : *older;
    return told;
}

void suspect(fs::path const& file, std::string const& why) {
    std::ofstream{suspicion_of(file)} << why;
}

void set_log_aside(fs::path const& file) {
    if (!fs::exists(log_of(file))) return;
    fs::rename(log_of(file), log_of(dated_name(file)));
    flush_folder_of(file);
}

}  // namespace settings::store
