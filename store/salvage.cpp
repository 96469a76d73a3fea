#include "store/salvage.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

#include "store/layout.h"
#include "store/meaning.h"
#include "store/raw_rows.h"

namespace settings::store {
namespace {

struct Column {
    std::string name;
    bool is_text = false;
    bool is_rowid = false;
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
        bool const may_be_null = rows.integer(2) == 0 && !is_rowid;
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

// What a row says -------------------------------------------------------------------------------

/// The values of a row for the columns of a table of ours; nothing for those that it is without.
using Fields = std::vector<std::optional<SqlValue>>;

/// Where the values for the columns of a table of ours stand in a row of theirs.
struct Places {
    std::vector<std::optional<std::size_t>> columns;  ///< nothing for one that they are without
    std::optional<std::size_t> rowid;                 ///< the place that stands for the number
};

std::optional<std::size_t> place_of(std::string const& name,
                                    std::vector<std::string> const& columns) {
    auto const found = std::ranges::find(columns, name);
    if (found == columns.end()) return std::nullopt;
    return static_cast<std::size_t>(found - columns.begin());
}

/// A column that is not there by its name may have got another one: then it is the one that stands
/// in its place, and is not ours by its own name.
Places places_in(Layout const& layout, Table const& table) {
    auto const is_ours = [&](std::string const& name) {
        return std::ranges::find(table.columns, name, &Column::name) != table.columns.end();
    };
    Places places{{}, layout.rowid};
    for (std::size_t at = 0; at < table.columns.size(); ++at) {
        auto place = place_of(table.columns[at].name, layout.columns);
        if (!place && at < layout.columns.size() && !is_ours(layout.columns[at])) place = at;
        places.columns.push_back(place);
    }
    return places;
}

bool is_odd(RawRow const& row, std::size_t place) {
    return std::ranges::binary_search(row.odd, place);
}

/// By the names of their columns. Nothing when one of our columns has what none of ours can have.
std::optional<Fields> fields_of(RawRow const& row, Places const& places) {
    Fields fields;
    for (auto const& place : places.columns) {
        fields.emplace_back();
        if (!place) continue;
        if (is_odd(row, *place)) return std::nullopt;
        if (place == places.rowid && row.rowid)
            fields.back() = *row.rowid;
        else if (*place < row.values.size())
            fields.back() = row.values[*place];
    }
    return fields;
}

/// A hidden number may be missing: the rows of older stores were not numbered.
bool is_numbered_as(Table const& table, RawRow const& row) {
    if (table.numbers == Table::Numbers::hidden) return true;
    return row.rowid.has_value() == (table.numbers == Table::Numbers::first_column);
}

/// By where they stand.
std::optional<Fields> fields_of(RawRow const& row, Table const& table) {
    if (!is_numbered_as(table, row) || row.values.size() > table.columns.size() || !row.odd.empty())
        return std::nullopt;
    Fields fields{row.values.begin(), row.values.end()};
    fields.resize(table.columns.size());
    if (table.numbers == Table::Numbers::first_column) fields.front() = *row.rowid;
    return fields;
}

bool fits(Column const& column, std::optional<SqlValue> const& value) {
    if (!value) return column.may_be_missing;
    if (std::holds_alternative<std::monostate>(*value)) return column.may_be_null;
    return std::holds_alternative<std::string>(*value) == column.is_text;
}

/// Whether a row has the form of the table's.
bool fits(Table const& table, Fields const& fields) {
    return std::equal(table.columns.begin(), table.columns.end(), fields.begin(), fields.end(),
                      [](auto const& column, auto const& value) { return fits(column, value); });
}

template <class Kind>
Kind* held(std::optional<SqlValue>& value) {
    return value ? std::get_if<Kind>(&*value) : nullptr;
}

/// Damage may read back as anything.
bool makes_sense(Table const& table, Fields& fields) {
    for (std::size_t at = 0; at < fields.size(); ++at) {
        auto const* const number = held<std::int64_t>(fields[at]);
        if (number != nullptr && table.columns[at].is_rowid && !is_number_of_ours(*number))
            return false;
        auto const* const text = held<std::string>(fields[at]);
        if (text != nullptr && !has_meaning(table.name, table.columns[at].name, *text))
            return false;
    }
    return true;
}

/// A revision that was never given says nothing against the value beside it.
void mend_revision(Table const& table, Fields& fields) {
    for (std::size_t at = 0; at < fields.size(); ++at) {
        auto* const number = held<std::int64_t>(fields[at]);
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

    [[nodiscard]] std::vector<Table> const& tables() const { return tables_; }

    /// Takes a row of a page that nothing leads to, where it has the form of one of our tables.
    /// Returns whether it made sense.
    bool take_stray(RawRow const& row) {
        bool const is_numbered_well = !row.rowid || is_number_of_ours(*row.rowid);
        for (auto const& table : tables_)
            if (auto fields = fields_of(row, table); fields && fits(table, *fields))
                return is_numbered_well && take(table, std::move(fields));
        return true;
    }

    /// Returns whether the row made sense.
    bool take(Table const& table, std::optional<Fields> fields) {
        if (!fields || !fits(table, *fields) || !makes_sense(table, *fields)) return false;
        mend_revision(table, *fields);
        std::vector<SqlValue> values;
        for (auto const& field : *fields)
            if (field) values.push_back(*field);
        insert_into(table, *fields).run_with(values);
        return true;
    }

  private:
    Statement& insert_into(Table const& table, Fields const& fields) {
        std::string names, marks;
        for (std::size_t at = 0; at < fields.size(); ++at) {
            if (!fields[at]) continue;
            names += (names.empty() ? "" : ", ") + table.columns[at].name;
            marks += marks.empty() ? "?" : ", ?";
        }
        auto const sql =
            "INSERT OR IGNORE INTO " + table.name + " (" + names + ") VALUES (" + marks + ")";
        auto const known = inserts_.find(sql);
        if (known != inserts_.end()) return known->second;
        return inserts_.emplace(sql, Statement{fresh_, sql}).first->second;
    }

    Connection& fresh_;
    std::vector<Table> tables_;
    std::map<std::string, Statement> inserts_;
};

/// Goes through the pages.
class Search {
  public:
    Search(RawPages& pages, Heirs& heirs)
        : pages_{pages}, heirs_{heirs}, seen_(std::size_t{pages.count()} + 1) {}

    Salvaged run() {
        auto const roots = read_roots();
        for (auto const& root : roots) follow(root, heir_of(root, roots));
        take_strays();
        if (!roots.empty()) note_missing(roots);
        return salvaged_;
    }

  private:
    /// The first page of a table or an index, and what is said of it.
    struct Root {
        std::uint32_t page;
        std::string name;
        std::optional<Layout> layout;  ///< of a table
    };
    using Roots = std::vector<Root>;

    Roots read_roots() {
        Roots roots;
        walk(1, [&](RawRow const& row) {
            constexpr std::size_t name = 1, root = 3, sql = 4;
            if (row.values.size() <= sql) return false;
            auto const* const text = std::get_if<std::string>(&row.values[name]);
            auto const* const page = std::get_if<std::int64_t>(&row.values[root]);
            if (text == nullptr || page == nullptr) return false;
            auto const* const made_by = std::get_if<std::string>(&row.values[sql]);
            if (*page > 0)
                roots.push_back({static_cast<std::uint32_t>(*page), *text,
                                 made_by == nullptr ? std::nullopt : layout_of(*made_by)});
            return true;
        });
        return roots;
    }

    static bool is_named(Roots const& roots, std::string const& name) {
        return std::ranges::find(roots, name, &Root::name) != roots.end();
    }

    /// The table of ours that a root leads to: by its name, or one that has all the columns of a
    /// table that is missing. An index has no table of its name.
    Table const* heir_of(Root const& root, Roots const& roots) const {
        if (auto const* table = heirs_.named(root.name); table != nullptr) return table;
        for (auto const& table : heirs_.tables())
            if (!is_named(roots, table.name) && has_all_columns(root, table)) return &table;
        return nullptr;
    }

    static bool has_all_columns(Root const& root, Table const& table) {
        return root.layout && std::ranges::all_of(table.columns, [&](Column const& column) {
                   return place_of(column.name, root.layout->columns).has_value();
               });
    }

    void note_missing(Roots const& roots) {
        for (auto const& table : heirs_.tables()) {
            bool const is_there = std::ranges::any_of(
                roots, [&](Root const& root) { return heir_of(root, roots) == &table; });
            if (!is_there) salvaged_.missing_tables.push_back(table.name);
        }
    }

    void follow(Root const& root, Table const* table) {
        std::optional<Places> places;
        if (table != nullptr && root.layout) places = places_in(*root.layout, *table);
        walk(root.page, [&](RawRow const& row) {
            if (table == nullptr) return true;
            return heirs_.take(*table, places ? fields_of(row, *places) : fields_of(row, *table));
        });
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
                if (!heirs_.take_stray(row)) ++salvaged_.lost_rows;
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
    std::erase_if(salvaged.missing_tables, [&](std::string const& table) {
        auto const kept = salvaged.rows.find(table);
        return kept == salvaged.rows.end() || kept->second > 0;
    });
    return salvaged;
}

}  // namespace settings::store
