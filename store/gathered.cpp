#include "store/gathered.h"

#include <utility>

#include "model/limits.h"
#include "model/values_in.h"
#include "store/document.h"
#include "store/stored_json.h"

namespace settings::store {
namespace {

std::int64_t values_of(std::optional<std::string> const& value) {
    return value ? static_cast<std::int64_t>(values_in(*value)) : 0;
}

}  // namespace

std::int64_t bytes_of(std::string const& key, std::optional<std::string> const& value) {
    if (!value) return 0;
    return static_cast<std::int64_t>(key.size() + value->size()) + around_value;
}

/// Each value takes at least a byte, so the values of a small document need not be counted.
bool Gathered::has_room(std::int64_t bytes, std::int64_t values) const {
    constexpr auto most_values = static_cast<std::int64_t>(limits::remote_values);
    if (bytes > 0 && account_ + bytes > document_bytes) return false;
    if (values <= 0 || account_ + bytes <= most_values) return true;
    return account_values_() + values_ + values <= most_values;
}

bool Gathered::take(DirtyRow row, unsigned refusals) {
    auto const growth = bytes_of(row.key, row.local) - bytes_of(row.key, row.mirror);
    auto const values = values_of(row.local) - values_of(row.mirror);
    auto const bytes = static_cast<std::int64_t>(row.key.size() + row.local.value_or("").size());
    bool const has_room = this->has_room(growth, values);
    if (has_room && !batch_.empty() && bytes_ + bytes > max_bytes_) return false;
    if (!has_room && !batch_.empty()) return true;  // what has room goes first
    Pending pending{std::move(row.key), parse_stored(row.local), parse_stored(row.mirror),
                    refusals};
    (has_room ? batch_ : without_room_).push_back(std::move(pending));
    if (!has_room) return true;
    bytes_ += bytes;
    account_ += growth;
    values_ += values;
    return true;
}

Frozen Gathered::frozen() {
    Frozen frozen;
    frozen.batch = std::move(batch_);
    frozen.bytes = static_cast<std::size_t>(bytes_);
    if (frozen.batch.empty()) frozen.without_room = std::move(without_room_);
    return frozen;
}

}  // namespace settings::store
