#include "snapshot/publisher.h"

#include <algorithm>
#include <bit>
#include <utility>

namespace settings::snapshot {
namespace {

constexpr std::size_t fewest_slots = 64;
constexpr std::size_t least_room = 65'536;
/// A folder in memory is small, and shared with other programs.
constexpr std::size_t most_bytes = 67'108'864;
/// A full disk is filled for a moment at each attempt.
constexpr std::chrono::seconds between_attempts{1};

/// As much room again as the document takes, at least: so the file is full when over half of it is
/// of no use any more, and writing it anew costs no more than what was written since.
MappedFile::Size size_for(Records const& document) {
    auto const room = std::max(least_room, document.bytes.size());
    return {std::bit_ceil(std::max(fewest_slots, 2 * document.places.size())),
            document.bytes.size() + room};
}

}  // namespace

Publisher::Publisher(std::filesystem::path path, Document document, Report report)
    : path_{std::move(path)}, document_{std::move(document)}, report_{std::move(report)} {
    clear_away(path_);
}

void Publisher::publish(Tag tag, std::span<Change const> changes) {
    if (!file_ || !append(tag.revision, changes)) publish_whole(tag);
}

bool Publisher::append(Revision revision, std::span<Change const> changes) {
    if (!file_->is_in_place()) return false;
    auto const records = records_of(changes);
    return records && file_->commit(revision, *records);
}

void Publisher::publish_whole(Tag tag) {
    if (!file_ && Clock::now() < next_attempt_) return;
    auto const published = write_anew(tag);
    if (!published) give_up(published.error().message());
}

Result<void> Publisher::write_anew(Tag tag) {
    auto const records = records_of(document_());
    if (!records) return records.error();
    if (records->bytes.size() > most_bytes)
        return Error{Errc::too_large, "the settings are too large for it"};
    auto fresh = MappedFile::create(path_.native() + ".new", tag.store, size_for(*records));
    if (!fresh) return fresh.error();
    if (!fresh->commit(tag.revision, *records))
        return Error{Errc::too_large, "too many keys have the same place in it"};
    if (auto const moved = fresh->move_to(path_); !moved) return moved.error();
    // Only now: whoever is told that the old file was replaced has to find the new one.
    file_ = *std::move(fresh);
    problem_.clear();
    return {};
}

/// From now on readers find no file: the one that is there is older than the document.
void Publisher::give_up(std::string const& why) {
    file_.reset();
    next_attempt_ = Clock::now() + between_attempts;
    if (why != problem_) report_(why);
    problem_ = why;
}

}  // namespace settings::snapshot
