#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "client/http.h"
#include "settings/configuration.h"
#include "settings/decisions.h"
#include "settings/edit.h"
#include "settings/history.h"
#include "settings/organization.h"
#include "settings/result.h"
#include "settings/status.h"
#include "settings/undo.h"
#include "settings/walk.h"

namespace settings::client {

/// One call of the daemon's API: what to ask, and how to read the answer. Whoever carries it out
/// only moves bytes.
template <class T>
struct Call {
    Result<Request> request;  ///< an error when the arguments cannot be sent
    Result<T> (*read)(Reply reply);
    std::chrono::milliseconds patience = {};  ///< besides the usual time-out
};

namespace calls {

[[nodiscard]] Call<Snapshot> snapshot();
[[nodiscard]] Call<Json> document();
[[nodiscard]] Call<Json> get(std::string_view path);

/// One setting, to be written anew if it is still that one.
struct Seen {
    std::optional<Json> value;  ///< nothing stands for absent
    Tag tag;                    ///< names the value; empty when there is none
};
[[nodiscard]] Call<Seen> look_at(std::string_view path);
/// Puts a value, or removes what is there, provided that this is still what was `seen`.
[[nodiscard]] Call<Revision> put(std::string_view path, std::optional<Json> const& value,
                                 Seen const& seen);

[[nodiscard]] Call<Revision> set(std::string_view path, Json const& value);
[[nodiscard]] Call<Revision> patch(Json const& partial, std::optional<Tag> only_if);
[[nodiscard]] Call<Revision> replace(Json const& settings, std::optional<Tag> only_if);
[[nodiscard]] Call<Revision> erase(std::vector<std::string> const& paths,
                                   std::optional<Tag> only_if);

[[nodiscard]] Call<Revision> assign(std::vector<Assignment> const& assignments,
                                    std::optional<Tag> only_if);
[[nodiscard]] Call<Receipt> assign(std::vector<Assignment> const& assignments,
                                   WriteOptions const& options);
[[nodiscard]] Call<Receipt> patch(Json const& partial, WriteOptions const& options);
[[nodiscard]] Call<Receipt> replace(Json const& settings, WriteOptions const& options);
[[nodiscard]] Call<Receipt> erase(std::vector<std::string> const& paths,
                                  WriteOptions const& options);

[[nodiscard]] Call<OrganizationSettings> organization();
[[nodiscard]] Call<void> patch_organization(Json const& partial);
[[nodiscard]] Call<void> replace_organization(Json const& settings);
[[nodiscard]] Call<void> erase_organization(std::vector<std::string> const& paths);

[[nodiscard]] Call<History> journal(JournalQuery const& query);
[[nodiscard]] Call<Undone> undo(UndoOrder const& order);

[[nodiscard]] Call<Status> status();
[[nodiscard]] Call<Difference> difference();
[[nodiscard]] Call<Configuration> configuration();
[[nodiscard]] Call<SyncOutcome> sync(std::chrono::milliseconds wait);
[[nodiscard]] Call<Walk> walk();
[[nodiscard]] Call<Explanation> explain(std::string_view path);
[[nodiscard]] Call<void> pause();
[[nodiscard]] Call<void> resume();
[[nodiscard]] Call<void> dismiss_notice();

[[nodiscard]] Call<std::vector<Conflict>> conflicts();
[[nodiscard]] Call<Revision> restore_conflict(std::int64_t id);
[[nodiscard]] Call<void> discard_conflict(std::int64_t id);
[[nodiscard]] Call<std::vector<Status::Rejected>> rejected();
[[nodiscard]] Call<std::uint64_t> retry_rejected(std::optional<std::string_view> key);
[[nodiscard]] Call<void> discard_rejected(std::string_view key);
[[nodiscard]] Call<std::optional<Status::Review>> review();
[[nodiscard]] Call<void> decide(Decision const& decision);

[[nodiscard]] Call<void> log_in(std::string_view email, std::string_view password,
                                std::optional<First> first);
[[nodiscard]] Call<void> adopt_tokens(std::string_view access, std::string_view refresh,
                                      std::optional<First> first, std::string_view provider);
[[nodiscard]] Call<void> show_code(std::string_view code);
[[nodiscard]] Call<void> show_link(std::string_view token);
[[nodiscard]] Call<void> mail_link();
[[nodiscard]] Call<void> log_out();

}  // namespace calls
}  // namespace settings::client
