#include "snapshot/publisher.h"

#include <algorithm>
#include <bit>
#include <utility>

namespace settings::snapshot {
namespace {

constexpr std::size_t fewest_slots = 64;
constexpr std::size_t least_room = 262'144;
/// A folder in memory is small, and shared with other programs.
constexpr std::size_t most_bytes = 67'108'864;
/// Text of changes that is read while everybody waits, and of those that are kept for a file that
/// is being made. Beyond it a file is made elsewhere, anew.
constexpr std::size_t most_appended = 65'536, most_for_later = 262'144;
/// A full disk is filled for a moment at each attempt.
constexpr std::chrono::seconds between_attempts{1};

/// As much room again as the document takes, at least: so the file is full when over half of it is
/// of no use any more, and writing it anew costs no more than what was written since.
MappedFile::Size size_for(std::size_t keys, std::size_t bytes) {
    return {std::bit_ceil(std::max(fewest_slots, 2 * keys)), bytes + std::max(least_room, bytes)};
}

/// The settings in parts, the records of which are made one part after the other: those of all may
/// take ten times as much memory as the texts. One part at least.
std::vector<std::span<Text const>> parts_of(std::span<Text const> document) {
    constexpr std::size_t much = 65'536, around_setting = 64;
    std::vector<std::span<Text const>> parts;
    std::size_t begin = 0, bytes = 0;
    for (std::size_t at = 0; at < document.size(); ++at) {
        bytes += document[at].key.size() + document[at].text->size() + around_setting;
        if (bytes < much) continue;
        parts.push_back(document.subspan(begin, at + 1 - begin));
        begin = at + 1;
        bytes = 0;
    }
    parts.push_back(document.subspan(begin));
    return parts;
}

Result<Records> records_of(std::span<Text const> settings) {
    std::vector<Change> changes;
    changes.reserve(settings.size());
    for (auto const& [key, text] : settings) changes.push_back({key, *text});
    return records_of(changes);
}

/// A file that shows the document, at a path where nobody looks for it. Any thread.
Result<MappedFile> make(std::filesystem::path const& path, Tag tag,
                        std::vector<Text> const& document) {
    auto const parts = parts_of(document);
    Records kept;  // of a document in one part: what is large is made twice
    std::size_t bytes = 0;
    for (auto const part : parts) {
        auto records = records_of(part);
        if (!records) return records.error();
        bytes += records->bytes.size();
        if (parts.size() == 1) kept = *std::move(records);
    }
    if (bytes > most_bytes) return Error{Errc::too_large, "the settings are too large for it"};
    auto fresh = MappedFile::create(path, tag.store, size_for(document.size(), bytes));
    if (!fresh) return fresh.error();
    for (auto const part : parts) {
        if (parts.size() > 1) kept = records_of(part).value();
        if (!fresh->commit(tag.revision, kept))
            return Error{Errc::too_large, "too many keys have the same place in it"};
    }
    return fresh;
}

std::size_t bytes_of(std::span<Change const> changes) {
    std::size_t bytes = 0;
    for (auto const& [key, text] : changes) bytes += text ? text->size() : 0;
    return bytes;
}

std::size_t bytes_of(std::vector<Text> const& document) {
    std::size_t bytes = 0;
    for (auto const& [key, text] : document) bytes += text->size();
    return bytes;
}

}  // namespace

Publisher::Publisher(std::filesystem::path path, Document document, Report report,
                     Elsewhere elsewhere)
    : path_{std::move(path)},
      document_{std::move(document)},
      report_{std::move(report)},
      elsewhere_{std::move(elsewhere)} {
    clear_away(path_);
}

void Publisher::here_and_now(std::size_t, std::function<void()> const& work,
                             std::function<void()> const& done) {
    work();
    done();
}

void Publisher::publish(Tag tag, std::span<Change const> changes) {
    tag_ = tag;
    if (is_making_) return keep_for_later(changes);
    bool const is_appended = file_ && bytes_of(changes) < most_appended && append(*file_, changes);
    if (!is_appended) publish_whole(tag);
}

bool Publisher::append(MappedFile& file, std::span<Change const> changes) const {
    if (!file.is_in_place()) return false;
    auto const records = records_of(changes);
    return records && file.commit(tag_.revision, *records);
}

void Publisher::publish_whole(Tag tag) {
    tag_ = tag;
    is_outdated_ = is_making_;
    if (is_making_ || (!file_ && Clock::now() < next_attempt_)) return;
    auto document = document_();
    auto const bytes = bytes_of(document);
    auto const made = std::make_shared<Result<MappedFile>>(Error{});
    auto work = [made, tag, path = path_.native() + ".new", document = std::move(document)] {
        *made = make(path, tag, document);
    };
    auto done = [this, made, life = std::weak_ptr{life_}] {
        if (!life.expired()) take(std::move(*made));
    };
    is_making_ = true;
    elsewhere_(bytes, std::move(work), std::move(done));
    // Until it is made, the file that is there is older than the document.
    if (is_making_) file_.reset();
}

void Publisher::keep_for_later(std::span<Change const> changes) {
    later_bytes_ += bytes_of(changes);
    is_outdated_ = is_outdated_ || later_bytes_ > most_for_later;
    if (is_outdated_) return later_.clear();
    for (auto const& [key, text] : changes)
        later_.push_back(
            {std::string{key}, text ? std::optional{std::string{*text}} : std::nullopt});
}

/// Has readers find a file that was made, with what came while that went on.
void Publisher::take(Result<MappedFile> made) {
    is_making_ = false;
    later_bytes_ = 0;
    auto const later = std::exchange(later_, {});
    if (std::exchange(is_outdated_, false)) return publish_whole(tag_);
    if (!made) return give_up(made.error().message());
    std::vector<Change> changes;
    changes.reserve(later.size());
    for (auto const& [key, text] : later) changes.push_back({key, text});
    if (!changes.empty() && !append(*made, changes)) return publish_whole(tag_);
    if (auto const moved = made->move_to(path_); !moved) return give_up(moved.error().message());
    // Only now: whoever is told that the old file was replaced has to find the new one.
    file_ = *std::move(made);
    problem_.clear();
}

/// From now on readers find no file: the one that is there is older than the document.
void Publisher::give_up(std::string const& why) {
    file_.reset();
    next_attempt_ = Clock::now() + between_attempts;
    if (why != problem_) report_(why);
    problem_ = why;
}

}  // namespace settings::snapshot
