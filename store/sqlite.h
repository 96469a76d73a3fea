#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "model/texts.h"

struct sqlite3;
struct sqlite3_stmt;

namespace settings::store {

/// An error of SQLite. The code is the extended one (sqlite.org/rescode.html).
class SqliteError : public std::runtime_error {
  public:
    SqliteError(int code, std::string const& message) : std::runtime_error{message}, code_{code} {}

    [[nodiscard]] int code() const { return code_; }

    /// Whether another connection held the database for too long.
    [[nodiscard]] bool is_busy() const;

  private:
    int code_;
};

/// What a column of ours holds.
using SqlValue = std::variant<std::monostate, std::int64_t, std::string>;

/// One database connection, for one thread at a time. Everything throws SqliteError.
class Connection {
  public:
    enum class Mode { read_write, read_only };

    Connection(std::filesystem::path const& file, Mode mode);

    /// Runs one statement or several; their rows, if any, are dropped.
    void execute(char const* sql);

    /// False once an error has made SQLite roll the transaction back by itself.
    [[nodiscard]] bool in_transaction() const;

    [[nodiscard]] bool is_read_only() const;

    /// Makes a database in memory a copy of these bytes of another.
    void load(std::string const& database);

    /// Brings the write-ahead log into the database and empties it, if others who have the file
    /// open let it within `patience`.
    void bring_log_in(std::chrono::milliseconds patience);

    /// The log is left as it is when this connection closes, also as the last one.
    void keep_log();

    [[nodiscard]] sqlite3* handle() const { return handle_.get(); }

  private:
    struct Close {
        void operator()(sqlite3* handle) const;
    };
    std::unique_ptr<sqlite3, Close> handle_;
};

/// The rows of one run of a statement. The destructor ends the run: a read that stays open would
/// hold back the checkpoint.
class Rows {
  public:
    explicit Rows(sqlite3_stmt* statement) : statement_{statement} {}
    Rows(Rows const&) = delete;
    Rows& operator=(Rows const&) = delete;
    ~Rows();

    /// Steps to the next row; false at the end.
    bool next();

    /// Steps to the one row of a statement that always has one: an aggregate, EXISTS, a PRAGMA.
    Rows& one();

    [[nodiscard]] std::int64_t integer(int column) const;
    [[nodiscard]] std::optional<std::int64_t> optional_integer(int column) const;
    /// The text is valid until the next step.
    [[nodiscard]] std::string_view text(int column) const;
    [[nodiscard]] std::optional<std::string> optional_text(int column) const;
    [[nodiscard]] SharedText shared_text(int column) const;

  private:
    sqlite3_stmt* statement_;
};

/// A prepared statement. Parameters are bound in order. query() copies their texts; run() needs
/// those of the caller until it returns.
class Statement {
  public:
    Statement(Connection& connection, std::string_view sql);

    template <class... Values>
    [[nodiscard]] Rows query(Values const&... values) {
        bind_all(Texts::copied, values...);
        return Rows{handle_.get()};
    }

    template <class... Values>
    void run(Values const&... values) {
        bind_all(Texts::lent, values...);
        Rows rows{handle_.get()};
        while (rows.next()) {
        }
    }

    /// As run(), with as many parameters as there are values.
    void run_with(std::vector<SqlValue> const& values);

  private:
    /// Whether SQLite has copies of the texts that are bound, or those of the caller, which are
    /// there until the run ends. Nothing reads them after it.
    enum class Texts { copied, lent };

    template <class... Values>
    void bind_all([[maybe_unused]] Texts texts, Values const&... values) {
        [[maybe_unused]] int index = 0;
        (bind(++index, values, texts), ...);
    }

    void bind(int index, std::monostate, Texts);
    void bind(int index, std::int64_t value, Texts);
    void bind(int index, std::string_view value, Texts texts);
    void bind(int index, std::string const& value, Texts texts);
    void bind(int index, std::optional<std::string> const& value, Texts texts);
    void bind(int index, SharedText const& value, Texts texts);

    struct Finalize {
        void operator()(sqlite3_stmt* handle) const;
    };
    std::unique_ptr<sqlite3_stmt, Finalize> handle_;
};

}  // namespace settings::store
