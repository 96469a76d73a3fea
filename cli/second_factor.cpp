#include "cli/second_factor.h"

#include <algorithm>
#include <boost/algorithm/string/erase.hpp>
#include <boost/algorithm/string/predicate.hpp>
#include <boost/algorithm/string/trim.hpp>

namespace settings::cli {
namespace {

using client::SecondFactor;

bool has(SecondFactor const& factor, char const* method) {
    return std::find(factor.methods.begin(), factor.methods.end(), method) != factor.methods.end();
}

/// The value of the query's "token", up to the next parameter; the text itself where there is none.
std::string token_in(std::string const& link) {
    constexpr std::string_view name = "token=";
    auto const at = link.find(name);
    if (at == std::string::npos) return link;
    auto const begin = at + name.size();
    return link.substr(begin, link.find_first_of("&#", begin) - begin);
}

bool is_code(std::string const& text) {
    return !text.empty() &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

bool can_be_shown(SecondFactor const& factor) {
    bool const is_locked = factor.locked_for.count() > 0;
    return !is_locked && (has(factor, SecondFactor::code) || has(factor, SecondFactor::link));
}

std::string question(SecondFactor const& factor, bool is_mailed) {
    bool const has_codes = has(factor, SecondFactor::code);
    if (is_mailed)
        return has_codes ? "The link in the mail, or a code: " : "The link in the mail: ";
    if (!has(factor, SecondFactor::link)) return "Code: ";
    return has_codes ? "Code (or \"link\" to have one mailed): " : "\"link\" to have one mailed: ";
}

FactorAnswer factor_answer(std::string const& typed, SecondFactor const& factor) {
    auto const text = boost::trim_copy(typed);
    if (has(factor, SecondFactor::link) && boost::iequals(text, "link"))
        return {FactorAnswer::What::wish_for_link, {}};
    auto const digits = boost::erase_all_copy(text, " ");
    bool const only_codes = !has(factor, SecondFactor::link);
    if (only_codes || (has(factor, SecondFactor::code) && is_code(digits)))
        return {FactorAnswer::What::code, digits};
    return {FactorAnswer::What::link_token, token_in(text)};
}

}  // namespace settings::cli
