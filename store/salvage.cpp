#include "store/salvage.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

#include "store/meaning.h"
#include "store/raw_rows.h"

namespace settings::store {
namespace {

struct Column {
    std::string name;
    bool is_text = false;
    bool is_rowid = false;  ///< the row itself leaves it out
    bool may_be_null = false;
    bool may_be_missing = false;  ///< at the end of a row that is older than the column
};

/// A table of the new store.
struct Table {
    std::string name;
    /// How its rows are numbered: by the first column, by a number that is no column and says
    /// nothing, or not at all.
    enum class Numbers { first_column, hidden, none } numbers = Numbers::none;
    std::vector<Column> columns;
};

std::vector<Column> columns_of(Connection& fresh, std::string const& table) {
    std::vector<Column> columns;
    Statement info{
        fresh,
        "SELECT name, type, \"notnull\", dflt_value, pk FROM pragma_table_info('" + table + "')"};
    for (auto rows = info.query(); rows.next();) {
        bool const is_text = rows.text(1) == "TEXT";
        bool const is_rowid = rows.integer(4) != 0 && !is_text;
        bool const may_be_null = rows.integer(2) == 0 || is_rowid;
        columns.push_back({std::string{rows.text(0)}, is_text, is_rowid, may_be_null,
                           may_be_null || rows.optional_text(3).has_value()});
    }
    return columns;
}

Table::Numbers numbers_of(std::vector<Column> const& columns, bool has_rowid) {
    if (!has_rowid) return Table::Numbers::none;
    return columns.front().is_rowid ? Table::Numbers::first_column : Table::Numbers::hidden;
}

std::vector<Table> tables_of(Connection& fresh) {
    std::vector<Table> tables;
    Statement list{
        fresh,
        "SELECT name, wr FROM pragma_table_list WHERE schema = 'main' AND type = 'table' "
        "AND name NOT LIKE 'sqlite_%' ORDER BY name"};
    for (auto rows = list.query(); rows.next();) {
        std::string const name{rows.text(0)};
        auto columns = columns_of(fresh, name);
        auto const numbers = numbers_of(columns, rows.integer(1) == 0);
        tables.push_back({name, numbers, std::move(columns)});
    }
    return tables;
}

bool fits(Column const& column, SqlValue const& value) {
    if (std::holds_alternative<std::monostate>(value)) return column.may_be_null;
    return std::holds_alternative<std::string>(value) == column.is_text;
}

/// A hidden number may be missing: the rows of older stores were not numbered.
bool is_numbered_as(Table const& table, RawRow const& row) {
    if (table.numbers == Table::Numbers::hidden) return true;
    return row.rowid.has_value() == (table.numbers == Table::Numbers::first_column);
}

/// Whether a row has the form of the table's.
bool fits(Table const& table, RawRow const& row) {
    if (!is_numbered_as(table, row) || row.values.size() > table.columns.size()) return false;
    for (std::size_t at = 0; at < table.columns.size(); ++at) {
        bool const is_there = at < row.values.size();
        auto const& column = table.columns[at];
        if (is_there ? !fits(column, row.values[at]) : !column.may_be_missing) return false;
    }
    return true;
}

/// Damage may read back as anything.
bool makes_sense(Table const& table, RawRow const& row) {
    if (row.rowid && !is_number_of_ours(*row.rowid)) return false;
    for (std::size_t at = 0; at < row.values.size(); ++at) {
        auto const* const text = std::get_if<std::string>(&row.values[at]);
        if (text != nullptr && !has_meaning(table.name, table.columns[at].name, *text))
            return false;
    }
    return true;
}

/// A revision that was never given says nothing against the value beside it.
void mend_revision(Table const& table, std::vector<SqlValue>& values) {
    for (std::size_t at = 0; at < values.size(); ++at) {
        auto* const number = std::get_if<std::int64_t>(&values[at]);
        bool const is_revision = number != nullptr && table.columns[at].name == "revision";
        if (is_revision && !is_number_of_ours(*number)) *number = 1;
    }
}

// Where rows go
// -------------------------------------------------------------------------------------

/// Writes rows into the new store. Of two rows with one key the first one counts.
class Heirs {
  public:
    explicit Heirs(Connection& fresh) : fresh_{fresh}, tables_{tables_of(fresh)} {}

    [[nodiscard]] Table const* named(std::string const& name) const {
        auto const found = std::find_if(tables_.begin(), tables_.end(),
                                        [&](Table const& table) { return table.name == name; });
        return found == tables_.end() ? nullptr : &*found;
    }

    /// The table whose form the row has, if any.
    [[nodiscard]] Table const* fitting(RawRow const& row) const {
        auto const found = std::find_if(tables_.begin(), tables_.end(),
                                        [&](Table const& table) { return fits(table, row); });
        return found == tables_.end() ? nullptr : &*found;
    }

    /// Returns whether the row made sense.
    bool take(Table const& table, RawRow const& row) {
        if (!fits(table, row) || !makes_sense(table, row)) return false;
        auto values = row.values;
        mend_revision(table, values);
        if (table.numbers == Table::Numbers::first_column) values.front() = *row.rowid;
        insert_into(table, values.size()).run_with(values);
        return true;
    }

  private:
    Statement& insert_into(Table const& table, std::size_t columns) {
        auto const known = inserts_.find({table.name, columns});
        if (known != inserts_.end()) return known->second;
        std::string names, marks;
        for (std::size_t at = 0; at < columns; ++at) {
            names += (at == 0 ? "" : ", ") + table.columns[at].name;
            marks += at == 0 ? "?" : ", ?";
        }
        Statement insert{fresh_, "INSERT OR IGNORE INTO " + table.name + " (" + names +
                                     ") VALUES (" + marks + ")"};
        return inserts_.emplace(std::pair{table.name, columns}, std::move(insert)).first->second;
    }

    Connection& fresh_;
    std::vector<Table> tables_;
    std::map<std::pair<std::string, std::size_t>, Statement> inserts_;
};

/// Goes through the pages.
class Search {
  public:
    Search(RawPages& pages, Heirs& heirs)
        : pages_{pages}, heirs_{heirs}, seen_(std::size_t{pages.count()} + 1) {}

    Salvaged run() {
        auto const roots = read_roots();
        for (auto const& [page, table] : roots) follow(page, heirs_.named(table));
        take_strays();
        return salvaged_;
    }

  private:
    using Roots = std::vector<std::pair<std::uint32_t, std::string>>;

    /// The first page of each table and index. An index has no table of its name.
    Roots read_roots() {
        Roots roots;
        walk(1, [&](RawRow const& row) {
            constexpr std::size_t name = 1, root = 3;
            if (row.values.size() <= root) return false;
            auto const* const text = std::get_if<std::string>(&row.values[name]);
            auto const* const page = std::get_if<std::int64_t>(&row.values[root]);
            if (text == nullptr || page == nullptr) return false;
            if (*page > 0) roots.emplace_back(static_cast<std::uint32_t>(*page), *text);
            return true;
        });
        return roots;
    }

    void follow(std::uint32_t root, Table const* table) {
        walk(root, [&](RawRow const& row) { return table == nullptr || heirs_.take(*table, row); });
    }

    /// All pages that a first page leads to.
    void walk(std::uint32_t root, auto const& take) {
        std::vector<std::uint32_t> left{root};
        while (!left.empty()) {
            auto const number = left.back();
            left.pop_back();
            if (number < seen_.size() && seen_[number]) continue;
            auto const page = number < seen_.size() ? read_raw(pages_, number) : std::nullopt;
            if (!page) {
                ++salvaged_.lost_pages;
                continue;
            }
            seen_[number] = true;
            left.insert(left.end(), page->children.begin(), page->children.end());
            salvaged_.lost_rows += page->unreadable;
            for (auto const& row : page->rows)
                if (!take(row)) ++salvaged_.lost_rows;
        }
    }

    /// Pages that nothing leads to, because what did is damaged or leads to another one. Those that
    /// are free hold what was deleted.
    void take_strays() {
        auto const is_free = free_pages(pages_);
        for (std::uint32_t number = 2; number < seen_.size(); ++number) {
            if (seen_[number] || (!is_free.empty() && is_free[number])) continue;
            auto const page = read_raw(pages_, number);
            if (!page) continue;
            for (auto const& row : page->rows)
                if (auto const* table = heirs_.fitting(row); table != nullptr)
                    if (!heirs_.take(*table, row)) ++salvaged_.lost_rows;
        }
    }

    RawPages& pages_;
    Heirs& heirs_;
    std::vector<bool> seen_;
    Salvaged salvaged_;
};

}  // namespace

Salvaged salvage(RawPages& damaged, Connection& fresh) {
    Heirs heirs{fresh};
    auto salvaged = Search{damaged, heirs}.run();
    for (auto const* table : {"setting", "journal", "sent", "rejected", "conflict", "memory"}) {
        Statement count{fresh, std::string{"SELECT count(*) FROM "} + table};
        salvaged.rows[table] = static_cast<std::size_t>(count.query().one().integer(0));
    }
    return salvaged;
}

}  // namespace settings::store
