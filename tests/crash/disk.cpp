#include "tests/crash/disk.h"

#include <algorithm>
#include <utility>

namespace settings::crash {
namespace {

constexpr std::size_t sector = 512;

/// How much of what was not flushed a power cut leaves.
enum class Luck { all, nothing, some };

Luck draw_luck(Disk::Chance& chance) {
    switch (chance() % 4) {
        case 0: return Luck::all;
        case 1: return Luck::nothing;
        default: return Luck::some;
    }
}

bool toss(Disk::Chance& chance) { return chance() % 2 == 0; }

void put(std::string& content, std::size_t at, std::string_view bytes) {
    if (bytes.empty()) return;
    if (content.size() < at + bytes.size()) content.resize(at + bytes.size());
    content.replace(at, bytes.size(), bytes);
}

/// Writes what reached the disk: each sector by itself.
void put_torn(std::string& content, Write const& write, Disk::Chance& chance) {
    std::size_t const end = write.at + write.bytes.size();
    for (std::size_t from = write.at; from < end;) {
        std::size_t const to = std::min(end, (from / sector + 1) * sector);
        if (toss(chance))
            put(content, from, std::string_view{write.bytes}.substr(from - write.at, to - from));
        from = to;
    }
}

void change(std::string& content, Write const& write) { put(content, write.at, write.bytes); }
void change(std::string& content, Resize const& resize) { content.resize(resize.size); }

using Names = std::map<std::string, FileId>;

void change(Names& names, Link const& link) { names[link.name] = link.file; }
void change(Names& names, Unlink const& unlink) { names.erase(unlink.name); }
void change(Names& names, Rename const& rename) {
    auto const found = names.find(rename.from);
    if (found == names.end()) return;
    names[rename.to] = found->second;
    names.erase(rename.from);
}

/// Makes a change of a content, or of names, whichever it is.
void make(auto& target, auto const& made) {
    std::visit([&target](auto const& each) { change(target, each); }, made);
}

/// Makes the change, or not, or part of it.
void change_perhaps(std::string& content, std::variant<Write, Resize> const& made,
                    Disk::Chance& chance) {
    auto const* write = std::get_if<Write>(&made);
    if (write != nullptr && chance() % 4 == 0) return put_torn(content, *write, chance);
    if (toss(chance)) make(content, made);
}

bool concerns(Link const& link, std::string const& name) { return link.name == name; }
bool concerns(Unlink const& unlink, std::string const& name) { return unlink.name == name; }
bool concerns(Rename const& rename, std::string const& name) {
    return rename.from == name || rename.to == name;
}

}  // namespace

void Disk::carry_out(Deed const& deed) {
    std::visit([this](auto const& each) { on(each); }, deed);
}

void Disk::on(Flush const& flush) {
    if (kind_ == Kind::ignores_flushes) return;
    auto& file = files_[flush.file];
    file.flushed = content(flush.file);
    file.since.clear();
    keep_name_of(flush.file);
}

/// A name that is changed again later is left to the folder's flush.
void Disk::keep_name_of(FileId file) {
    auto const link =
        std::find_if(renamed_.begin(), renamed_.end(), [file](NameChange const& change) {
            auto const* each = std::get_if<Link>(&change);
            return each != nullptr && each->file == file;
        });
    if (link == renamed_.end()) return;
    auto const name = std::get<Link>(*link).name;
    names_[name] = file;
    auto const is_overtaken = [&name](NameChange const& change) {
        return std::visit([&name](auto const& each) { return concerns(each, name); }, change);
    };
    renamed_.erase(std::remove_if(renamed_.begin(), std::next(link), is_overtaken),
                   std::next(link));
}

void Disk::on(FlushFolder const&) {
    if (kind_ == Kind::ignores_flushes) return;
    for (auto const& each : renamed_) make(names_, each);
    renamed_.clear();
}

std::string Disk::content(FileId file) const {
    auto const& [flushed, since] = files_.at(file);
    auto content = flushed;
    for (auto const& each : since) make(content, each);
    return content;
}

Files Disk::after_power_cut(Chance& chance) const {
    auto const luck = draw_luck(chance);
    std::size_t kept = 0;
    if (luck == Luck::all) kept = renamed_.size();
    if (luck == Luck::some) kept = chance() % (renamed_.size() + 1);
    auto names = names_;
    for (std::size_t n = 0; n < kept; ++n) make(names, renamed_[n]);

    Files files;
    for (auto const& [name, id] : names) {
        auto const file = files_.find(id);
        if (file == files_.end()) {
            files[name];
            continue;
        }
        auto content = file->second.flushed;
        for (auto const& each : file->second.since) {
            if (luck == Luck::all) make(content, each);
            if (luck == Luck::some) change_perhaps(content, each, chance);
        }
        files[name] = std::move(content);
    }
    return files;
}

Files Disk::as_seen() const {
    auto names = names_;
    for (auto const& each : renamed_) make(names, each);
    Files files;
    for (auto const& [name, id] : names) files[name] = files_.contains(id) ? content(id) : "";
    return files;
}

}  // namespace settings::crash
