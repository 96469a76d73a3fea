#include "store/recovery.h"

#include <sqlite3.h>

#include <chrono>
#include <stdexcept>
#include <system_error>

#include "model/counted.h"
#include "store/damage.h"
#include "store/files.h"
#include "store/forgotten.h"
#include "store/high_water.h"
#include "store/identity.h"
#include "store/last_seen.h"
#include "store/notices.h"
#include "store/rebuild.h"
#include "store/salvage.h"
#include "store/schema.h"
#include "store/sent.h"
#include "store/unwritable.h"
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

// Salvage -----------------------------------------------------------------------------------------

std::string missing(Salvaged const& salvaged) {
    std::string tables;
    for (auto const& table : salvaged.missing_tables)
        tables += (tables.empty() ? "" : ", ") + table;
    return tables.empty() ? "" : " Nothing is left in it of: " + tables + ".";
}

std::string losses(Salvaged const& salvaged) {
    if (salvaged.lost_pages + salvaged.lost_rows == 0)
        return salvaged.missing_tables.empty() ? "All that is in it was read."
                                               : "What is in it was read." + missing(salvaged);
    return "Lost: what stood on " + counted(salvaged.lost_pages, "page", "pages") + " and in " +
           counted(salvaged.lost_rows, "row", "rows") + " that cannot be read." + missing(salvaged);
}

/// The rest of a sentence about settings.
std::string and_rebuilt(std::size_t settings) {
    if (settings == 0) return {};
    return ", and " + counted(settings, "lost one was", "lost ones were") +
           " made again from the history";
}

std::string story(std::string const& damage, Salvaged const& salvaged, std::size_t rebuilt) {
    auto const count = [&](char const* table) { return salvaged.rows.at(table); };
    return "the store was damaged (" + damage +
           "): " + counted(count("setting"), "setting was", "settings were") +
           " read from it, with " + counted(count("journal"), "entry", "entries") +
           " of the history, " + counted(count("sent"), "mark", "marks") + " of what was sent, " +
           counted(count("rejected"), "refusal", "refusals") + ", " +
           counted(count("conflict"), "conflict", "conflicts") + " and " +
           (count("memory") > 0 ? "what the sync remembers"
                                : "nothing of what the sync remembers") +
           and_rebuilt(rebuilt) + ". " + losses(salvaged);
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
    auto const salvaged = salvage(pages, fresh);
    auto told = story(damage, salvaged, rebuild_from_history(fresh));
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
    forget_suspicion(file);
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

/// Whether a salvage wrote it, and all of it.
bool is_whole(fs::path const& salvaged) {
    try {
        return size_of(salvaged) > 0 && !damage_of(salvaged);
    } catch (UnusableStore const&) {
        return false;
    } catch (SqliteError const& error) {
        if ((error.code() & 0xff) == SQLITE_CANTOPEN) return false;
        throw;
    }
}

/// What an interrupted salvage left.
Told finish(fs::path const& file) {
    if (fs::exists(part_of(file))) remove_part(file);
    if (!fs::exists(whole_of(file))) return std::nullopt;
    if (!is_whole(whole_of(file))) {
        auto const aside = set_aside(whole_of(file));
        return whole_of(file).string() + " was there and is no salvaged store; it is kept as " +
               aside.string();
    }
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
    for (auto const& part : parts_of(file)) {
        if (!is_no_plain_file(part)) continue;
        auto const kept = with(aside, part.native().substr(file.native().size()));
        fs::rename(part, kept);
        told = both(told, part.string() + " was no plain file; it is kept as " + kept.string());
    }
    if (told) flush_folder_of(file);
    return told;
}

// A log that is read once more ------------------------------------------------------------------

fs::path copy_of_log(fs::path const& file) { return with(file, "-log-found"); }

/// SQLite ends a log at the first frame that was not written as a whole, and begins it anew. Where
/// that was no power cut but damage, the frames behind it are nowhere else.
void copy_log(fs::path const& file) {
    std::error_code none;
    if (size_of(log_of(file)) == 0) return;
    fs::copy_file(log_of(file), copy_of_log(file), fs::copy_options::overwrite_existing, none);
}

/// Keeps the copy of a log that had less than was acknowledged.
Told keep_copy_of_log(Connection& connection, fs::path const& file) {
    if (!fs::exists(copy_of_log(file))) return std::nullopt;
    if (last_of_history(connection) >= HighWater::of(file).revision) {
        fs::remove(copy_of_log(file));
        return std::nullopt;
    }
    auto const aside = log_of(dated_name(file));
    fs::rename(copy_of_log(file), aside);
    flush_folder_of(file);
    return "its log had less than was acknowledged, and may be damaged; it is kept as " +
           aside.string();
}

// What does not belong together -------------------------------------------------------------------

Told part_from_foreign_log(fs::path const& file) {
    auto const aside = log_of(dated_name(file));
    fs::rename(log_of(file), aside);
    flush_folder_of(file);
    return "the log beside the store is not the store's: it is of another run, or of another "
           "store. "
           "It is kept as " +
           aside.string() + ", and nothing of it is used";
}

/// The store's own rollback journal is gone once there is a run. SQLite would write what is in
/// another database's into the store, page by page, and leave no copy.
Told part_from_foreign_journal(fs::path const& file) {
    auto const journal = with(file, "-journal");
    if (size_of(journal) == 0 || !has_run(file)) return std::nullopt;
    auto const aside = with(dated_name(file), "-journal");
    fs::rename(journal, aside);
    flush_folder_of(file);
    return "the rollback journal beside the store is not the store's; it is kept as " +
           aside.string() + ", and nothing of it is used";
}

/// A log that does not say whose it is has edits that are nowhere else, but SQLite would write it
/// into the database page by page. A salvage reads both, and takes rows that make sense alone.
Told damage_with_log(fs::path const& file, LogOwner log_owner) {
    if (log_owner == LogOwner::unknown) return "its log does not say any more whose it is";
    return damage_of(file);
}

/// What was sent by a store that was put back is not known, and what it knew is no longer true.
Told go_on_from_put_back(Connection& connection, fs::path const& file, bool log_is_damaged) {
    auto const put_back = why_put_back(connection, file, log_is_damaged);
    if (!put_back) return std::nullopt;
    auto const winning = put_back->is_older ? "the server's values win"
                                            : "where the server has other values than were known, "
                                              "they win";
    auto const told = "the store " + put_back->why + ". It is used as it is; " + winning +
                      " over unsent ones, which are kept as conflicts";
    connection.execute("BEGIN IMMEDIATE");
    was_put_back(connection, *put_back);
    Notices{connection}.tell({unix_milliseconds(), told});
    connection.execute("COMMIT");
    return told;
}

/// Writes for the first time since the store was last in use. Returns what happened in all, with
/// what was `told` before.
Told take_up(fs::path const& file, Told told) {
    auto connection = open_for_writing(file);
    forget_requests_of_lost_settings(connection);
    auto const damaged_log = keep_copy_of_log(connection, file);
    told = both(told, damaged_log);
    told = both(told, bring_back_last_seen(connection, file));
    told = both(told, go_on_from_put_back(connection, file, damaged_log.has_value()));
    told = both(told, mend_what_was_forgotten(connection, file));
    if (told) Notices{connection}.tell({unix_milliseconds(), *told});
    begin_run(connection, file);
    return told;
}

/// What only a write meets, as a damaged list of free pages, is damage as well.
Told take_up_or_salvage(fs::path const& file, Told const& told) {
    try {
        return take_up(file, told);
    } catch (SqliteError const& error) {
        if (!is_damage(error)) throw;
        return take_up(file, both(told, salvage_store(file, error.what())));
    }
}

}  // namespace

std::optional<std::string> recover(fs::path const& file) {
    auto told = set_strangers_aside(file);
    // SQLite would make files beside a closed one that are closed as well.
    if (auto const why = why_closed(file)) throw std::runtime_error{*why};
    told = both(told, finish(file));
    told = both(told, part_from_foreign_journal(file));
    check_not_newer(file);
    auto const log_owner = size_of(file) == 0 ? LogOwner::this_store : owner_of_log(file);
    if (log_owner == LogOwner::another_store) told = both(told, part_from_foreign_log(file));
    copy_log(file);
    if (auto const damage = damage_with_log(file, log_owner))
        told = both(told, salvage_store(file, *damage));
    told = take_up_or_salvage(file, told);
    forget_last_seen(file);
    return told;
}

void set_log_aside(fs::path const& file) {
    if (!fs::exists(log_of(file))) return;
    fs::rename(log_of(file), log_of(dated_name(file)));
    flush_folder_of(file);
}

}  // namespace settings::store
