#include "store/gathered.h"

#include <utility>

#include "store/document.h"
#include "store/stored_json.h"

namespace settings::store {

std::int64_t bytes_of(std::string const& key, std::optional<std::string> const& value) {
    if (!value) return 0;
    return static_cast<std::int64_t>(key.size() + value->size()) + around_value;
}

bool Gathered::take(DirtyRow row, unsigned refusals) {
    auto const growth = bytes_of(row.key, row.local) - bytes_of(row.key, row.mirror);
    auto const bytes = static_cast<std::int64_t>(row.key.size() + row.local.value_or("").size());
    bool const has_room = growth <= 0 || account_ + growth <= document_bytes;
    if (has_room && !batch_.empty() && bytes_ + bytes > max_bytes_) return false;
    if (!has_room && !batch_.empty()) return true;  // what has room goes first
    Pending pending{std::move(row.key), parse_stored(row.local), parse_stored(row.mirror),
                    refusals};
    (has_room ? batch_ : without_room_).push_back(std::move(pending));
    if (!has_room) return true;
    bytes_ += bytes;
    account_ += growth;
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
