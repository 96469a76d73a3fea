#include "store/open_file.h"

#include <sqlite3.h>

#include <algorithm>

namespace settings::store {

OpenFile::OpenFile(Connection const& connection, Which which) {
    int const wanted =
        which == Which::log ? SQLITE_FCNTL_JOURNAL_POINTER : SQLITE_FCNTL_FILE_POINTER;
    sqlite3_file_control(connection.handle(), "main", wanted, &file_);
}

OpenFile::off_type OpenFile::size() const {
    sqlite3_int64 bytes = 0;
    return file_->pMethods->xFileSize(file_, &bytes) == SQLITE_OK ? bytes : 0;
}

OpenFile::int_type OpenFile::underflow() {
    auto const count = std::min(size() - next_, static_cast<off_type>(chunk_.size()));
    if (count <= 0) return traits_type::eof();
    int const result = file_->pMethods->xRead(file_, chunk_.data(), static_cast<int>(count), next_);
    // Somebody may cut it short meanwhile.
    if (result == SQLITE_IOERR_SHORT_READ) return traits_type::eof();
    if (result != SQLITE_OK) throw SqliteError{result, sqlite3_errstr(result)};
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
