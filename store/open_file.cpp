#include "store/open_file.h"

#include <sqlite3.h>

#include <algorithm>

namespace settings::store {

namespace {

/// `which` is SQLITE_FCNTL_FILE_POINTER for the database, SQLITE_FCNTL_JOURNAL_POINTER for its log.
sqlite3_file* file_of(Connection const& connection, int which) {
    sqlite3_file* file = nullptr;
    sqlite3_file_control(connection.handle(), "main", which, &file);
    return file;
}

/// Whether the file has so many bytes there; then they were read.
bool read(sqlite3_file& file, char* bytes, std::size_t count, std::int64_t place) {
    int const result = file.pMethods->xRead(&file, bytes, static_cast<int>(count), place);
    if (result == SQLITE_IOERR_SHORT_READ) return false;
    if (result != SQLITE_OK) throw SqliteError{result, sqlite3_errstr(result)};
    return true;
}

}  // namespace

std::string beginning_of_log(Connection const& connection, std::size_t bytes) {
    auto& log = *file_of(connection, SQLITE_FCNTL_JOURNAL_POINTER);
    std::string beginning(bytes, '\0');
    if (!read(log, beginning.data(), bytes, 0)) beginning.clear();
    return beginning;
}

OpenFile::OpenFile(Connection const& connection)
    : file_{file_of(connection, SQLITE_FCNTL_FILE_POINTER)} {}

OpenFile::off_type OpenFile::size() const {
    sqlite3_int64 bytes = 0;
    return file_->pMethods->xFileSize(file_, &bytes) == SQLITE_OK ? bytes : 0;
}

OpenFile::int_type OpenFile::underflow() {
    auto const count = std::min(size() - next_, static_cast<off_type>(chunk_.size()));
    if (count <= 0) return traits_type::eof();
    // Somebody may cut it short meanwhile.
    if (!read(*file_, chunk_.data(), static_cast<std::size_t>(count), next_))
        return traits_type::eof();
    next_ += count;
    setg(chunk_.data(), chunk_.data(), chunk_.data() + count);
    return traits_type::to_int_type(chunk_.front());
}

OpenFile::pos_type OpenFile::seekoff(off_type offset, std::ios::seekdir from,
                                     std::ios::openmode which) {
    if (from == std::ios::cur) offset += next_ - (egptr() - gptr());
    if (from == std::ios::end) offset += size();
    return seekpos(offset, which);
}

OpenFile::pos_type OpenFile::seekpos(pos_type place, std::ios::openmode) {
    setg(nullptr, nullptr, nullptr);
    next_ = place;
    return place;
}

}  // namespace settings::store
