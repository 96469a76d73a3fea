#pragma once

#include <cstddef>
#include <string>
#include <variant>
#include <vector>

namespace settings::crash {

/// A file of the traced folder, whatever its name is at the time.
using FileId = std::size_t;

/// A name that leads to a file from now on: the file was created, or was there at the start.
struct Link {
    std::string name;
    FileId file = 0;
};
struct Unlink {
    std::string name;
};
struct Rename {
    std::string from, to;
};
struct Write {
    FileId file = 0;
    std::size_t at = 0;  ///< offset of the first byte
    std::string bytes;
};
struct Resize {
    FileId file = 0;
    std::size_t size = 0;
};
/// fsync or fdatasync of a file.
struct Flush {
    FileId file = 0;
};
/// fsync of the folder.
struct FlushFolder {};
/// The program has promised that the store holds this state, or a later one.
struct Promise {
    std::size_t state = 0;
};

/// What happened to one folder, in order.
using Deed = std::variant<Link, Unlink, Rename, Write, Resize, Flush, FlushFolder, Promise>;
using Trace = std::vector<Deed>;

}  // namespace settings::crash
