#include "store/layout.h"

#include <sqlite3.h>

#include <algorithm>

#include "store/sqlite.h"

namespace settings::store {
namespace {

/// A statement from a damaged file could compute for ever: `CREATE TABLE … AS SELECT …`.
int refuse_queries(void* /*unused*/, int action, char const* /*unused*/, char const* /*unused*/,
                   char const* /*unused*/, char const* /*unused*/) {
    return action == SQLITE_SELECT ? SQLITE_DENY : SQLITE_OK;
}

void make_table(Connection& connection, std::string const& sql) {
    sqlite3_set_authorizer(connection.handle(), refuse_queries, nullptr);
    Statement{connection, sql}.run();  // the first one of several
    sqlite3_set_authorizer(connection.handle(), nullptr, nullptr);
}

}  // namespace

/// A row begins with the primary key where it has no number, and leaves out what is computed when
/// it is read (sqlite.org/fileformat2.html, 2.4).
std::optional<Layout> layout_of(std::string const& sql) try {
    if (!sql.starts_with("CREATE TABLE ")) return std::nullopt;
    Connection connection{":memory:", Connection::Mode::read_write};
    make_table(connection, sql);
    Layout layout;
    std::size_t keys = 0;
    Statement info{connection,
                   "SELECT part.name, made.wr, part.pk, upper(part.type) = 'INTEGER' "
                   "FROM pragma_table_list AS made JOIN pragma_table_xinfo(made.name) AS part "
                   "WHERE made.schema = 'main' AND made.type = 'table' "
                   "AND made.name NOT LIKE 'sqlite!_%' ESCAPE '!' AND part.hidden <> 2 "
                   "ORDER BY iif(made.wr AND part.pk > 0, part.pk, 1000000 + part.cid)"};
    for (auto rows = info.query(); rows.next();) {
        bool const is_key = rows.integer(2) != 0;
        if (is_key) ++keys;
        bool const has_number = rows.integer(1) == 0;
        if (is_key && has_number && rows.integer(3) != 0) layout.rowid = layout.columns.size();
        layout.columns.emplace_back(rows.text(0));
    }
    if (keys > 1) layout.rowid.reset();
    return layout;
} catch (SqliteError const&) {
    return std::nullopt;
}

}  // namespace settings::store
