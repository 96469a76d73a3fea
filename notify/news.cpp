#include "notify/news.h"

#include <algorithm>
#include <initializer_list>
#include <optional>
#include <string_view>
#include <utility>

#include "model/counted.h"
#include "model/printable.h"
#include "model/quote.h"

namespace settings::notify {
namespace {

using client::Status;

/// Whether it is so; nothing where the status leaves it open.
using Answer = std::optional<bool>;

bool is_one_of(std::string_view word, std::initializer_list<std::string_view> words) {
    return std::ranges::find(words, word) != words.end();
}

/// The last round has left nothing behind that a person could be asked about.
bool is_at_rest(Status const& status) {
    return is_one_of(status.waits_for, {"idle", "verify", "retry"});
}

Answer needs_login(Status const& status) {
    if (status.waits_for == "login") return true;
    // The server has served a request with the token.
    if (is_at_rest(status) || is_one_of(status.waits_for, {"review", "account", "stopped"}))
        return false;
    return std::nullopt;
}

/// After a restart the daemon has to look at the document again before it knows.
Answer needs_verdict(Status const& status) {
    if (status.review) return true;
    if (is_at_rest(status)) return false;
    return std::nullopt;
}

Answer is_held_otherwise(Status const& status) {
    bool const has_matter_of_its_own =
        is_one_of(status.waits_for, {"login", "review", "account"}) ||
        (is_at_rest(status) && !status.rejected.empty());
    if (status.state == "held" && !has_matter_of_its_own) return true;
    if (is_at_rest(status)) return false;
    return std::nullopt;
}

/// What the daemon says in words, which has quoted what is not its own.
std::string sentence(std::string const& told) { return printable(told); }

std::string reason_of(Status const& status) {
    return sentence(status.next_attempt ? status.next_attempt->reason : status.summary);
}

std::string with_advice(std::string const& sentence, std::string_view command) {
    return (sentence + "\nTo do: ").append(command);
}

std::string counted_settings(std::uint64_t number) {
    return counted(number, "setting", "settings");
}

Notification of_login(Status const& status) {
    return {Matter::login, "Settings wait for a login",
            with_advice(reason_of(status), "settingsctl login")};
}

/// By the numbers: the daemon's sentence is about the review only once the round has ended.
std::string what_is_held(Status::Review const& review) {
    if (review.kind == "removals")
        return "a document of the server would change " + std::to_string(review.changed) +
               " and remove " + std::to_string(review.removed) + " of the " +
               counted_settings(review.known) + " that it held";
    return "the account's document is not this device's yet: " +
           counted(review.differ, "setting differs", "settings differ") + ", " +
           std::to_string(review.only_there) + " only in the account, " +
           std::to_string(review.only_here) + " only here";
}

Notification of_review(Status::Review const& review) {
    return {Matter::review, "Settings wait for your decision",
            with_advice(what_is_held(review), "settingsctl review")};
}

Notification of_hold(Status const& status) {
    return {Matter::held, "The sync of settings is held",
            with_advice(sentence(status.summary), "settingsctl doctor")};
}

/// The first few names, and how many there are besides.
std::string names_of(std::vector<Status::Rejected> const& rejected) {
    constexpr std::size_t most = 3;
    auto const shown = std::min(rejected.size(), most);
    std::string names;
    for (std::size_t at = 0; at < shown; ++at)
        names += (at == 0 ? "" : ", ") + quote(rejected[at].key);
    if (rejected.size() == shown) return names;
    return names + " and " + std::to_string(rejected.size() - shown) + " more";
}

Notification of_rejected(Status const& status) {
    auto const& rejected = status.rejected;
    auto const names = names_of(rejected);
    auto const said = rejected.size() == 1 ? names + ": " + quote(rejected.front().message) : names;
    return {Matter::rejected, "The server refuses " + counted_settings(rejected.size()),
            with_advice(said, "settingsctl rejected"), rejected.size()};
}

Notification of_conflicts(std::uint64_t number) {
    bool const is_one = number == 1;
    return {Matter::conflicts,
            counted_settings(number) + (is_one ? " was" : " were") + " changed here and elsewhere",
            with_advice(
                is_one ? "one of the two values was not kept" : "one value of each was not kept",
                "settingsctl conflicts"),
            number};
}

}  // namespace

void News::hear(Status const& status) {
    keep(needs_login(status), of_login(status));
    keep(needs_verdict(status), of_review(status.review.value_or(Status::Review{})));
    keep(is_held_otherwise(status), of_hold(status));
    keep(!status.rejected.empty(), of_rejected(status));
    if (status.conflicts) keep(*status.conflicts > 0, of_conflicts(*status.conflicts));
    forget_what_was_settled();
}

/// So that it is news again when it comes back.
void News::forget_what_was_settled() {
    for (auto told = told_.begin(); told != told_.end();) {
        auto const present = present_.find(told->first);
        if (present == present_.end()) {
            ended_.push_back(told->first);
            told = told_.erase(told);
        } else {
            told->second = std::min(told->second, present->second.number);
            ++told;
        }
    }
}

void News::keep(std::optional<bool> is_so, Notification notification) {
    if (!is_so) return;
    if (*is_so)
        present_.insert_or_assign(notification.matter, std::move(notification));
    else
        present_.erase(notification.matter);
}

std::vector<Notification> News::untold() const {
    std::vector<Notification> all;
    for (auto const& [matter, notification] : present_) {
        auto const told = told_.find(matter);
        if (told == told_.end() || told->second < notification.number) all.push_back(notification);
    }
    return all;
}

void News::told(Notification const& notification) {
    told_[notification.matter] = notification.number;
}

std::vector<Matter> News::take_ended() { return std::exchange(ended_, {}); }

}  // namespace settings::notify
