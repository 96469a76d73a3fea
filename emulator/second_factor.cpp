#include "emulator/second_factor.h"

#include <algorithm>
#include <utility>

#include "emulator/totp.h"

namespace settings::emulator {
namespace {

using namespace std::chrono_literals;

constexpr int attempts = 5;
constexpr auto lock_out = 15min;
constexpr auto life_of_a_link = 10min;
constexpr std::uint64_t tolerance = 2;  ///< steps

}  // namespace

void SecondFactor::set_up(Methods methods) {
    *this = SecondFactor{};
    methods_ = std::move(methods);
}

std::vector<std::string> SecondFactor::methods() const {
    std::vector<std::string> names;
    if (methods_.totp_key) names.emplace_back("GOOGLE_AUTH");
    if (methods_.magic_link) names.emplace_back("MAGIC_LINK");
    if (methods_.passkey) names.emplace_back("PASSKEY");
    return names;
}

bool SecondFactor::has(std::string const& method) const {
    auto const names = methods();
    return std::find(names.begin(), names.end(), method) != names.end();
}

SecondFactor::Verdict SecondFactor::check_code(std::string const& code, Time now) {
    if (locked_for(now)) return Verdict::locked;
    auto const present = step_at(now);
    for (auto step = std::max(present - tolerance, next_step_); step <= present + tolerance;
         ++step) {
        if (one_time_password(methods_.totp_key.value_or(""), step) != code) continue;
        next_step_ = step + 1;
        return count(true, now);
    }
    return count(false, now);
}

SecondFactor::Verdict SecondFactor::check_link(std::string const& token, Time now) {
    if (locked_for(now)) return Verdict::locked;
    auto const is_good = std::erase_if(links_, [&](Link const& link) {
                             return link.token == token && now < link.until;
                         }) > 0;
    return count(is_good, now);
}

void SecondFactor::mail(std::string token, Time now) {
    links_.push_back({std::move(token), now + life_of_a_link});
}

std::optional<std::string> SecondFactor::code(Time now) const {
    if (!methods_.totp_key) return std::nullopt;
    return one_time_password(*methods_.totp_key, std::max(step_at(now), next_step_));
}

std::vector<std::string> SecondFactor::mailed() const {
    std::vector<std::string> tokens;
    for (auto const& link : links_) tokens.push_back(link.token);
    return tokens;
}

std::optional<std::chrono::seconds> SecondFactor::locked_for(Time now) const {
    if (now >= locked_until_) return std::nullopt;
    return std::chrono::ceil<std::chrono::seconds>(locked_until_ - now);
}

SecondFactor::Verdict SecondFactor::count(bool is_right, Time now) {
    wrong_ = is_right ? 0 : wrong_ + 1;
    if (wrong_ == attempts) {
        wrong_ = 0;
        locked_until_ = now + lock_out;
    }
    return is_right ? Verdict::right : Verdict::wrong;
}

}  // namespace settings::emulator
