#include "store/raw_pages.h"

#include <algorithm>
#include <bit>
#include <utility>

namespace settings::store {
namespace {

constexpr std::size_t usual_page_size = 4'096;
constexpr std::size_t log_header_size = 32;
constexpr std::size_t frame_header_size = 24;
constexpr std::uint64_t log_magic = 0x377f0682;  ///< the lowest bit tells the order of sums

bool is_page_size(std::uint64_t size) {
    return size >= 512 && size <= 65'536 && std::has_single_bit(size);
}

/// Nothing unless all of it can be read.
std::optional<std::string> read_at(std::istream& file, std::uint64_t at, std::size_t count) {
    std::string bytes(count, '\0');
    file.clear();
    file.seekg(static_cast<std::streamoff>(at));
    file.read(bytes.data(), static_cast<std::streamsize>(count));
    if (!file) return std::nullopt;
    return bytes;
}

std::uint64_t length_of(std::istream& file) {
    file.clear();
    file.seekg(0, std::ios::end);
    auto const end = static_cast<std::streamoff>(file.tellg());
    return end < 0 ? 0 : static_cast<std::uint64_t>(end);
}

/// The running sum over a log, which tells how far it was written as a whole.
class LogSum {
  public:
    explicit LogSum(bool is_big_endian) : is_big_endian_{is_big_endian} {}

    void add(std::string_view bytes) {
        for (std::size_t at = 0; at + 8 <= bytes.size(); at += 8) {
            first_ += word(bytes, at) + second_;
            second_ += word(bytes, at + 4) + first_;
        }
    }

    [[nodiscard]] bool is_at(std::string_view bytes, std::size_t at) const {
        return big_endian(bytes, at, 4) == first_ && big_endian(bytes, at + 4, 4) == second_;
    }

  private:
    [[nodiscard]] std::uint32_t word(std::string_view bytes, std::size_t at) const {
        auto const value = static_cast<std::uint32_t>(big_endian(bytes, at, 4));
        return is_big_endian_ ? value : __builtin_bswap32(value);
    }

    bool is_big_endian_;
    std::uint32_t first_ = 0;
    std::uint32_t second_ = 0;
};

}  // namespace

std::uint64_t big_endian(std::string_view text, std::size_t at, std::size_t bytes) {
    std::uint64_t value = 0;
    for (std::size_t index = at; index < at + bytes; ++index)
        value = value << 8 | static_cast<unsigned char>(text[index]);
    return value;
}

RawPages::RawPages(std::filesystem::path const& database, std::filesystem::path const& log)
    : RawPages{std::make_unique<std::ifstream>(database, std::ios::binary)} {
    log_.open(log, std::ios::binary);
    read_log();
}

RawPages::RawPages(std::unique_ptr<std::istream> database) : database_{std::move(database)} {
    constexpr std::size_t size_in_header = 16;
    if (auto const header = read_at(*database_, size_in_header, 2)) {
        auto const size = big_endian(*header, 0, 2);
        size_ = size == 1 ? 65'536 : size;
    }
    if (!is_page_size(size_)) size_ = usual_page_size;
    count_ = static_cast<std::uint32_t>(length_of(*database_) / size_);
}

/// Notes where the log has the newest committed content of each page: up to the last frame that
/// ends a transaction, and before the first that was not written as a whole.
void RawPages::read_log() {
    auto const header = read_at(log_, 0, log_header_size);
    if (!header || (big_endian(*header, 0, 4) | 1) != (log_magic | 1)) return;
    auto const size = big_endian(*header, 8, 4);
    LogSum sum{(big_endian(*header, 0, 4) & 1) != 0};
    sum.add(std::string_view{*header}.substr(0, 24));
    if (!is_page_size(size) || !sum.is_at(*header, 24)) return;
    size_ = size;
    auto const salts = header->substr(16, 8);
    std::map<std::uint32_t, std::uint64_t> written;
    for (std::uint64_t at = log_header_size;; at += frame_header_size + size_) {
        auto const frame = read_at(log_, at, frame_header_size + size_);
        if (!frame || frame->compare(8, 8, salts) != 0) return;
        sum.add(std::string_view{*frame}.substr(0, 8));
        sum.add(std::string_view{*frame}.substr(frame_header_size));
        if (!sum.is_at(*frame, 16)) return;
        written[static_cast<std::uint32_t>(big_endian(*frame, 0, 4))] = at + frame_header_size;
        auto const pages = static_cast<std::uint32_t>(big_endian(*frame, 4, 4));
        if (pages == 0) continue;
        for (auto const& [page, offset] : written) in_log_[page] = offset;
        written.clear();
        count_ = std::max(count_, pages);
    }
}

std::optional<std::string> RawPages::page(std::uint32_t number) {
    if (number == 0 || number > count_) return std::nullopt;
    if (auto const found = in_log_.find(number); found != in_log_.end())
        return read_at(log_, found->second, size_);
    return read_at(*database_, std::uint64_t{number - 1} * size_, size_);
}

}  // namespace settings::store
