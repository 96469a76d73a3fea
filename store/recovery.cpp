#include "store/recovery.h"

#include <sqlite3.h>

#include <chrono>
#include <fstream>
#include <iterator>
#include <set>
#include <string_view>
#include <system_error>

#include "model/json.h"
#include "model/quote.h"
#include "store/files.h"
#include "store/high_water.h"
#include "store/identity.h"
#include "store/last_seen.h"
#include "store/notices.h"
#include "store/salvage.h"
#include "store/schema.h"
#include "store/wall_clock.h"

namespace settings::store {
namespace {

namespace fs = std::filesystem;
using Told = std::optional<std::string>;

fs::path with(fs::path file, std::string const& ending) { return file += ending; }

Told both(Told const& one, Told const& other) {
    if (!one || !other) return one ? one : other;
    return *one + "; " + *other;
}

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

/// Each table with its columns, and each index. All stores of a version have the same ones.
std::set<std::string> schema_of(Connection& connection) {
    std::set<std::string> schema;
    Statement all{connection,
                  "SELECT part.type || ' ' || part.name || coalesce(' of ' || (SELECT "
                  "group_concat(name) FROM "
                  "pragma_table_info(part.name)), '') FROM sqlite_schema AS part"};
    for (auto rows = all.query(); rows.next();) schema.emplace(rows.text(0));
    return schema;
}

Told fault_of_schema(Connection& connection) {
    auto usual = open_for_writing(":memory:");
    auto const found = schema_of(connection);
    for (auto const& part : schema_of(usual))
        if (!found.contains(part)) return "its " + part + " is missing or is not what it was";
    return std::nullopt;
}

/// Numbers in the head that SQLite takes for a newer format, or for a file that may only be read,
/// and not for damage (sqlite.org/fileformat2.html, 1.3). All stores have the same ones.
Told fault_of_head(fs::path const& file) {
    std::string head(100, '\0');
    std::ifstream{file, std::ios::binary}.read(head.data(),
                                               static_cast<std::streamsize>(head.size()));
    auto const is_known = [&](std::size_t at, std::size_t bytes, std::uint64_t most) {
        return big_endian(head, at, bytes) <= most;
    };
    if (is_known(18, 1, 2) && is_known(19, 1, 2) && is_known(44, 4, 4)) return std::nullopt;
    return "its head is not what it was";
}

/// Apps would be served what is no JSON, and the sync would stop at it.
Told fault_of_values(Connection& connection) {
    for (std::string const column : {"local", "mirror"}) {
        Statement all{connection,
                      "SELECT key, " + column + " FROM setting WHERE " + column + " IS NOT NULL"};
        for (auto rows = all.query(); rows.next();)
            if (!parse_json(rows.text(1)))
                return "the value of \"" + quote(rows.text(0)) + "\" is no JSON";
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
    if (auto const fault = fault_of_head(file)) return fault;
    try {
        auto connection = open_for_writing(file);
        if (auto const fault = fault_of_schema(connection)) return fault;
        if (auto const fault = fault_of_tables(connection)) return fault;
        return fault_of_values(connection);
    } catch (SqliteError const& error) {
        if (is_damage(error)) return error.what();
        throw;
    }
}

// Salvage -----------------------------------------------------------------------------------------

std::string counted(std::size_t count, std::string const& one, std::string const& many) {
    return std::to_string(count) + " " + (count == 1 ? one : many);
}

std::string losses(Salvaged const& salvaged) {
    if (salvaged.lost_pages + salvaged.lost_rows == 0) return "Nothing is missing.";
    return "Lost: what stood on " + counted(salvaged.lost_pages, "page", "pages") + " and in " +
           counted(salvaged.lost_rows, "row", "rows") + " that cannot be read.";
}

std::string story(std::string const& damage, Salvaged const& salvaged) {
    auto const count = [&](char const* table) { return salvaged.rows.at(table); };
    return "the store was damaged (" + damage +
           "): " + counted(count("setting"), "setting was", "settings were") +
           " read from it, with " + counted(count("journal"), "entry", "entries") +
           " of the history, " + counted(count("sent"), "mark", "marks") + " of what was sent, " +
           counted(count("rejected"), "refusal", "refusals") + ", " +
           counted(count("conflict"), "conflict", "conflicts") + " and " +
           (count("memory") > 0 ? "what the sync remembers"
                                : "nothing of what the sync remembers") +
           ". " + losses(salvaged);
}

std::string kept_as(fs::path const& aside) {
    return " The damaged store is kept as " + aside.string() + ".";
}

/// Writes the new store beside the old one, all of it on disk when this returns. With a notice of
/// what came of it, which is returned, too: a salvage that is interrupted from here on has one.
std::string write_part(fs::path const& file, std::string const& damage) {
    RawPages pages{file, log_of(file)};
    auto fresh = open_for_writing(part_of(file));
    fresh.execute("BEGIN IMMEDIATE");
    auto told = story(damage, salvage(pages, fresh));
    become_another(fresh, HighWater::of(file).revision);
    Notices{fresh}.tell({unix_milliseconds(), told});
    fresh.execute("COMMIT");
    fresh.bring_log_in(std::chrono::milliseconds{0});
    return told;
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
    std::string told;
    try {
        told = write_part(file, damage);
    } catch (SqliteError const& error) {
        remove_part(file);
        if (!is_for_want_of_room(error, file)) throw;
        throw UnusableStore{complaint_about_room(file, damage)};
    }
    fs::rename(part_of(file), whole_of(file));
    flush_folder_of(file);
    return told + kept_as(take_place(file));
}

/// What an interrupted salvage left.
Told finish(fs::path const& file) {
    if (fs::exists(part_of(file))) remove_part(file);
    if (!fs::exists(whole_of(file))) return std::nullopt;
    auto const aside = take_place(file);
    auto connection = open_for_writing(file);
    auto const told = Notices{connection}.last();
    return (told ? told->text : "the store was damaged.") + kept_as(aside) +
           " The salvage was interrupted, and is brought to its end";
}

/// A folder, a link, a pipe or the like where a file of the store should be.
Told set_strangers_aside(fs::path const& file) {
    auto const aside = dated_name(file);
    Told told;
    for (auto const* part : store_parts) {
        if (!is_no_plain_file(with(file, part))) continue;
        fs::rename(with(file, part), with(aside, part));
        told = both(told, with(file, part).string() + " was no plain file; it is kept as " +
                              with(aside, part).string());
    }
    if (told) flush_folder_of(file);
    return told;
}

// What does not belong together
// ---------------------------------------------------------------------

Told part_from_foreign_log(fs::path const& file) {
    if (size_of(file) == 0 || !is_foreign_log(file)) return std::nullopt;
    auto const aside = log_of(dated_name(file));
    fs::rename(log_of(file), aside);
    flush_folder_of(file);
    return "the log beside the store is not the store's: it is of another run, or of another "
           "store. "
           "It is kept as " +
           aside.string() + ", and nothing of it is used";
}

/// What was sent by a store that was put back is not known, and what it knew is no longer true.
Told go_on_from_put_back(Connection& connection, fs::path const& file) {
    auto const why = why_put_back(connection, file);
    if (!why) return std::nullopt;
    auto const told = "the store " + *why +
                      ". It is used as it is; where the server has other values than were known, "
                      "they win over unsent ones, which are kept as conflicts";
    connection.execute("BEGIN IMMEDIATE");
    connection.execute("DELETE FROM sent");
    connection.execute("INSERT OR REPLACE INTO memory VALUES ('put_back', '')");
    become_another(connection, HighWater::of(file).revision);
    Notices{connection}.tell({unix_milliseconds(), told});
    connection.execute("COMMIT");
    return told;
}

}  // namespace

bool is_damage(SqliteError const& error) {
    int const primary = error.code() & 0xff;
    bool const lacks_something =
        primary == SQLITE_ERROR && std::string_view{error.what()}.starts_with("no such ");
    return primary == SQLITE_CORRUPT || primary == SQLITE_NOTADB || lacks_something;
}

std::optional<std::string> recover(fs::path const& file) {
    auto told = set_strangers_aside(file);
    if (auto const finished = finish(file)) {
        told = both(told, finished);
    } else {
        told = both(told, part_from_foreign_log(file));
        if (auto const damage = damage_of(file)) told = both(told, salvage_store(file, *damage));
    }
    auto connection = open_for_writing(file);
    told = both(told, bring_back_last_seen(connection, file));
    told = both(told, go_on_from_put_back(connection, file));
    if (told) Notices{connection}.tell({unix_milliseconds(), *told});
    begin_run(connection, file);
    forget_last_seen(file);
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
