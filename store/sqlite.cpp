#include "store/sqlite.h"

#include <sqlite3.h>

#include <algorithm>
#include <cassert>
#include <cerrno>
#include <new>

namespace settings::store {
namespace {

/// How long to wait for another process that holds a lock on the file.
/// Shorter than apps wait for an answer, so that they hear why.
constexpr int busy_timeout_ms = 3'000;

/// The last error number of the database's file, or of its WAL.
int last_error(sqlite3* handle, int file) {
    sqlite3_file* opened = nullptr;
    int number = 0;
    if (sqlite3_file_control(handle, "main", file, &opened) == SQLITE_OK && opened != nullptr &&
        opened->pMethods != nullptr)
        opened->pMethods->xFileControl(opened, SQLITE_FCNTL_LAST_ERRNO, &number);
    return number;
}

/// Whether a file could not grow for a limit or a quota: a full disk, which SQLite does not take
/// for one.
bool may_not_grow(sqlite3* handle) {
    if (sqlite3_extended_errcode(handle) != SQLITE_IOERR_WRITE) return false;
    auto const is_limit = [](int number) { return number == EFBIG || number == EDQUOT; };
    return is_limit(last_error(handle, SQLITE_FCNTL_FILE_POINTER)) ||
           is_limit(last_error(handle, SQLITE_FCNTL_JOURNAL_POINTER));
}

[[noreturn]] void fail(sqlite3* handle) {
    if (may_not_grow(handle))
        throw SqliteError{SQLITE_FULL, "a limit or a quota keeps the file from growing"};
    throw SqliteError{sqlite3_extended_errcode(handle), sqlite3_errmsg(handle)};
}

void check(sqlite3_stmt* statement, int result) {
    if (result != SQLITE_OK) fail(sqlite3_db_handle(statement));
}

}  // namespace

void Connection::Close::operator()(sqlite3* handle) const { sqlite3_close_v2(handle); }

Connection::Connection(std::filesystem::path const& file, Mode mode) {
    int const flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_NOFOLLOW | SQLITE_OPEN_EXRESCODE |
                      (mode == Mode::read_only ? SQLITE_OPEN_READONLY
                                               : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
    sqlite3* handle = nullptr;
    int const result = sqlite3_open_v2(file.c_str(), &handle, flags, nullptr);
    handle_.reset(handle);
    if (result != SQLITE_OK)
        throw SqliteError{result,
                          "cannot open " + file.string() + ": " +
                              (handle == nullptr ? "out of memory" : sqlite3_errmsg(handle))};
    sqlite3_busy_timeout(handle, busy_timeout_ms);
}

void Connection::execute(char const* sql) {
    if (sqlite3_exec(handle(), sql, nullptr, nullptr, nullptr) != SQLITE_OK) fail(handle());
}

bool SqliteError::is_busy() const {
    int const primary = code() & 0xff;
    return primary == SQLITE_BUSY || primary == SQLITE_LOCKED;
}

bool Connection::in_transaction() const { return sqlite3_get_autocommit(handle()) == 0; }

bool Connection::is_read_only() const { return sqlite3_db_readonly(handle(), "main") == 1; }

void Connection::load(std::string const& database) {
    auto* const bytes = static_cast<unsigned char*>(sqlite3_malloc64(database.size()));
    if (bytes == nullptr) throw std::bad_alloc{};
    std::ranges::copy(database, bytes);
    auto const size = static_cast<sqlite3_int64>(database.size());
    int const result =
        sqlite3_deserialize(handle(), "main", bytes, size, size,
                            SQLITE_DESERIALIZE_FREEONCLOSE | SQLITE_DESERIALIZE_RESIZEABLE);
    if (result != SQLITE_OK) fail(handle());
}

void Connection::bring_log_in(std::chrono::milliseconds patience) {
    sqlite3_busy_timeout(handle(), static_cast<int>(patience.count()));
    int const result =
        sqlite3_wal_checkpoint_v2(handle(), "main", SQLITE_CHECKPOINT_TRUNCATE, nullptr, nullptr);
    sqlite3_busy_timeout(handle(), busy_timeout_ms);
    if (result != SQLITE_OK && result != SQLITE_BUSY) fail(handle());
}

void Connection::keep_log() {
    sqlite3_db_config(handle(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
}

Rows::~Rows() { sqlite3_reset(statement_); }

bool Rows::next() {
    int const result = sqlite3_step(statement_);
    if (result != SQLITE_ROW && result != SQLITE_DONE) fail(sqlite3_db_handle(statement_));
    return result == SQLITE_ROW;
}

Rows& Rows::one() {
    bool const is_there = next();
    assert(is_there);
    return *this;
}

std::int64_t Rows::integer(int column) const { return sqlite3_column_int64(statement_, column); }

std::optional<std::int64_t> Rows::optional_integer(int column) const {
    if (sqlite3_column_type(statement_, column) == SQLITE_NULL) return std::nullopt;
    return integer(column);
}

std::string_view Rows::text(int column) const {
    auto const* bytes = sqlite3_column_text(statement_, column);
    auto const size = sqlite3_column_bytes(statement_, column);
    return {reinterpret_cast<char const*>(bytes), static_cast<std::size_t>(size)};
}

std::optional<std::string> Rows::optional_text(int column) const {
    if (sqlite3_column_type(statement_, column) == SQLITE_NULL) return std::nullopt;
    return std::string{text(column)};
}

SharedText Rows::shared_text(int column) const {
    if (sqlite3_column_type(statement_, column) == SQLITE_NULL) return nullptr;
    return std::make_shared<std::string const>(text(column));
}

void Statement::Finalize::operator()(sqlite3_stmt* handle) const { sqlite3_finalize(handle); }

Statement::Statement(Connection& connection, std::string_view sql) {
    sqlite3_stmt* handle = nullptr;
    int const result =
        sqlite3_prepare_v3(connection.handle(), sql.data(), static_cast<int>(sql.size()),
                           SQLITE_PREPARE_PERSISTENT, &handle, nullptr);
    if (result != SQLITE_OK) fail(connection.handle());
    handle_.reset(handle);
}

void Statement::run_with(std::vector<SqlValue> const& values) {
    Rows rows{handle_.get()};
    int index = 0;
    for (auto const& value : values)
        std::visit([&](auto const& held) { bind(++index, held, Texts::lent); }, value);
    while (rows.next()) {
    }
}

void Statement::bind(int index, std::monostate, Texts) {
    check(handle_.get(), sqlite3_bind_null(handle_.get(), index));
}

void Statement::bind(int index, std::int64_t value, Texts) {
    check(handle_.get(), sqlite3_bind_int64(handle_.get(), index, value));
}

void Statement::bind(int index, std::string_view value, Texts texts) {
    auto const copies = texts == Texts::copied ? SQLITE_TRANSIENT : SQLITE_STATIC;
    check(handle_.get(), sqlite3_bind_text64(handle_.get(), index, value.data(), value.size(),
                                             copies, SQLITE_UTF8));
}

void Statement::bind(int index, std::string const& value, Texts texts) {
    bind(index, std::string_view{value}, texts);
}

void Statement::bind(int index, std::optional<std::string> const& value, Texts texts) {
    if (value)
        bind(index, std::string_view{*value}, texts);
    else
        bind(index, std::monostate{}, texts);
}

void Statement::bind(int index, SharedText const& value, Texts texts) {
    if (value)
        bind(index, std::string_view{*value}, texts);
    else
        bind(index, std::monostate{}, texts);
}

}  // namespace settings::store
