#include "store/forgotten.h"

#include <string_view>

#include "store/bond.h"
#include "store/high_water.h"
#include "store/memory.h"
#include "store/notices.h"
#include "store/wall_clock.h"

namespace settings::store {
namespace {

constexpr char const* nothing_yet = "";    ///< of the engine
constexpr std::string_view lost = "lost";  ///< neither of the two can be read from it

bool is_true(Connection& connection, std::string const& sql) {
    return Statement{connection, "SELECT " + sql}.query().one().integer(0) != 0;
}

bool has_row(Connection& connection, std::string_view name) {
    Statement row{connection, "SELECT EXISTS (SELECT 1 FROM memory WHERE name = ?)"};
    return row.query(name).one().integer(0) != 0;
}

bool has_settings(Connection& connection) {
    return is_true(connection, "EXISTS (SELECT 1 FROM setting)");
}

void add_row(Connection& connection, std::string_view name, std::string_view value) {
    Statement{connection, "INSERT OR IGNORE INTO memory VALUES (?, ?)"}.run(name, value);
}

/// Whether the rows that are missing were there once. The stores of earlier versions have the
/// engine's row from the first round on.
bool were_there(Connection& connection, std::filesystem::path const& file) {
    return HighWater::of(file).store_remembers ||
           (!has_row(connection, Memory::engine) &&
            is_true(connection,
                    "EXISTS (SELECT 1 FROM setting WHERE mirror IS NOT NULL) OR "
                    "EXISTS (SELECT 1 FROM sent)"));
}

std::string sentence(bool engine_is_lost, bool owner_is_lost) {
    std::string told = "what the sync remembered is lost";
    if (engine_is_lost)
        told += ", and it may have been paused: it is paused until \"settingsctl resume\"";
    if (owner_is_lost)
        told += std::string{engine_is_lost ? "; nor" : ", and nothing"} +
                " does anything tell whose the settings are: nothing is sent or taken over until a "
                "person decides in \"settingsctl review\"";
    return told;
}

}  // namespace

void note_nothing_to_remember(Connection& connection) {
    add_row(connection, Memory::engine, nothing_yet);
    add_row(connection, Memory::owner, Bond::nobody_yet);
}

std::optional<std::string> mend_what_was_forgotten(Connection& connection,
                                                   std::filesystem::path const& file) {
    bool const engine_is_lost = !has_row(connection, Memory::engine);
    bool const owner_is_lost = has_settings(connection) && !has_row(connection, Memory::owner);
    if (!(engine_is_lost || owner_is_lost) || !were_there(connection, file)) return std::nullopt;
    connection.execute("BEGIN IMMEDIATE");
    if (engine_is_lost) add_row(connection, Memory::engine, lost);
    if (owner_is_lost) add_row(connection, Memory::owner, lost);
    auto told = sentence(engine_is_lost, owner_is_lost);
    Notices{connection}.tell({unix_milliseconds(), told});
    connection.execute("COMMIT");
    return told;
}

}  // namespace settings::store
