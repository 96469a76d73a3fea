#include "sync/engine/reply.h"

#include <algorithm>
#include <array>
#include <boost/algorithm/string/classification.hpp>
#include <boost/algorithm/string/trim.hpp>
#include <charconv>
#include <ctime>

#include "model/limits.h"
#include "model/slices.h"
#include "model/values_in.h"

namespace settings::sync {
namespace {

constexpr JsonLimits body_limits{.depth = limits::remote_depth};

/// A number that no double holds would go back as another one with an edit beside it.
constexpr JsonLimits value_limits{.depth = limits::remote_depth, .exact_numbers = true};

/// Keys that cannot be read and are left alone: each is remembered, here and in the store.
constexpr std::size_t most_unreadable = 20'000;

/// How much of a page is read for what it says.
constexpr std::size_t page_bytes = 4'096;

/// An answer that is larger has no words for a person.
constexpr std::size_t most_bytes_with_words = 64 * 1024;

/// The body without the byte order mark that some programs put before a text (RFC 8259, 8.1).
std::string_view text_of(Answer const& answer) {
    constexpr std::string_view mark = "\xef\xbb\xbf";
    std::string_view text = answer.body;
    if (text.starts_with(mark)) text.remove_prefix(mark.size());
    return text;
}

std::string lower(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) {
        return static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
    });
    return text;
}

/// The members of a short answer; null where it has none.
Json members_of(Answer const& answer) {
    if (answer.body.size() > most_bytes_with_words) return nullptr;
    auto body = parse_json(answer.body, {.depth = 64});
    return body && body->is_object() ? *std::move(body) : Json{};
}

std::string member_text(Json const& members, char const* name) {
    auto const* found = member(&members, name);
    return found != nullptr && found->is_string() ? found->get<std::string>() : std::string{};
}

/// Whether the service itself gave an answer that is no success, and no gateway in front of it. Of
/// tokens and of values that it checks for the service a gateway may speak in JSON of its own.
bool is_the_services(Answer const& answer) {
    auto const members = members_of(answer);
    if (!members.is_object()) return false;
    bool const is_about_request =
        answer.status == 400 || answer.status == 401 || answer.status == 422;
    return is_about_request || members.value("success", Json{}) == false;
}

Fault fault_of(unsigned status) {
    if (status < 400) return Fault::impostor;  // a redirect is not followed: the token stays here
    switch (status) {
        case 511: return Fault::impostor;  // a captive portal says so itself (RFC 6585, 6)
        case 401: return Fault::unauthorized;
        case 403: return Fault::forbidden;
        case 404:
        case 405:
        case 410: return Fault::missing;
        case 400:
        case 422: return Fault::refused;
        case 413: return Fault::too_large;
        default: return Fault::server_error;  // 5xx, and what gateways say about themselves
    }
}

/// The beginning of a page, in lower case.
std::string page_of(Answer const& answer) { return lower(answer.body.substr(0, page_bytes)); }

/// The title of a page, which is where a gateway says what is the matter; empty when it has none.
std::string title_of(Answer const& answer) {
    constexpr std::string_view begin = "<title>";
    auto const page = page_of(answer);
    auto const from = page.find(begin);
    auto const to = page.find("</title>", from);
    if (to == std::string::npos) return {};
    auto const title = answer.body.substr(from + begin.size(), to - from - begin.size());
    return quote(boost::trim_copy(title), answer.secrets);
}

/// Whether a gateway asks for a certificate of this machine. Some, nginx among them, complete the
/// handshake without one, and then answer with a page.
bool wants_certificate(Answer const& answer) {
    auto const page = page_of(answer);
    return page.find("ssl certificate") != std::string::npos ||
           page.find("client certificate") != std::string::npos;
}

bool is_coded(Answer const& answer) {
    return !answer.coding.empty() && lower(answer.coding) != "identity";
}

std::string name_of_coding(Answer const& answer) {
    return "in the coding \"" + quote(answer.coding, answer.secrets) + "\", which nobody asked for";
}

std::string describe(Answer const& answer) {
    std::string text = "the server answered " + std::to_string(answer.status);
    if (is_coded(answer)) return text + ' ' + name_of_coding(answer);
    auto said = words_of(answer);
    if (said.empty()) said = title_of(answer);
    if (!said.empty()) text += ": " + said;
    return text;
}

/// Where an answer leads that is not followed, without what may be meant for that place alone: a
/// login (RFC 3986, 3.2.1), a query, a fragment.
std::string place_of(Answer const& answer) {
    std::string place = answer.location.substr(0, answer.location.find_first_of("?#"));
    if (place.empty()) return "another place";
    if (auto const slashes = place.find("//"); slashes != std::string::npos) {
        auto const authority = slashes + 2;
        auto const login = place.substr(0, place.find('/', authority)).rfind('@');
        if (login != std::string::npos) place.erase(authority, login + 1 - authority);
    }
    return quote(place, answer.secrets);
}

/// What is wrong with a body that cannot be read, without what stands there.
std::string why_unreadable(Error const& error, Answer const& answer) {
    return quote(error.message().substr(0, error.message().find("; last read:")), answer.secrets);
}

Failure impostor(std::string message, Answer const& answer) {
    return {Fault::impostor, std::move(message), answer.status};
}

Failure unreadable(Error const& error, Answer const& answer) {
    return impostor("an answer that cannot be read: " + why_unreadable(error, answer), answer);
}

Failure no_success(Answer const& answer) {
    auto const said = words_of(answer);
    return impostor("an answer without \"success\": true" + (said.empty() ? "" : ": " + said),
                    answer);
}

/// What keeps an answer from being a success of the service, before its body is looked at.
std::optional<Failure> why_no_json(Answer const& answer) {
    if (answer.status < 200 || answer.status > 299) return failure_of(answer);
    if (is_coded(answer))
        return impostor("an answer " + name_of_coding(answer) + "; a proxy?", answer);
    if (lower(answer.content_type).find("json") != std::string::npos) return std::nullopt;
    return impostor("an answer that is not JSON; a captive portal or a proxy?", answer);
}

/// Whether these are the service's words, in whichever of its members, with or without a full stop.
bool says(Answer const& answer, std::string_view words) {
    auto const members = members_of(answer);
    return std::ranges::any_of(std::array{"message", "error"}, [&](char const* name) {
        return boost::trim_right_copy_if(lower(member_text(members, name)),
                                         boost::is_any_of(". ")) == words;
    });
}

bool has_code(Answer const& answer, std::string_view code) {
    auto const members = members_of(answer);
    return std::ranges::any_of(std::array{"error_code", "errorCode"}, [&](char const* name) {
        return lower(member_text(members, name)) == code;
    });
}

bool says_no_user(Answer const& answer) {
    return says(answer, "user not found") || has_code(answer, "user_not_found");
}

/// The value of a name that stands there once; empty otherwise.
std::string_view value_of(std::vector<Slice> const& members, std::string_view name) {
    std::string_view found;
    for (auto const& member : members) {
        if (member.name != name) continue;
        if (!found.empty()) return {};
        found = member.value;
    }
    return found;
}

/// A document of which nobody would want to be told key by key what is wrong.
Failure hopeless(Answer const& answer) {
    return impostor("a document in which more than " + std::to_string(most_unreadable) +
                        " settings cannot be read",
                    answer);
}

/// A member of the document, and how many values it has.
struct Sized {
    Slice slice;
    std::size_t values;
};

/// The small ones come first: one large value takes no other's room.
std::vector<Sized> by_size(std::vector<Slice> const& members) {
    std::vector<Sized> sized;
    for (auto const& member : members) sized.push_back({member, settings::values_in(member.value)});
    std::ranges::stable_sort(sized, {}, &Sized::values);
    return sized;
}

/// Reads the value of a member that there is room for.
Result<Json> read_value(Sized const& member, std::size_t& room) {
    if (member.values > room)
        return Error{Errc::too_large, "the account holds more than " +
                                          std::to_string(limits::remote_values) +
                                          " values, lists and objects"};
    room -= member.values;
    return parse_json(member.slice.value, value_limits);
}

/// Reads each value by itself. A name that cannot be read is nobody's here: nothing that we send
/// can have it. A key that would take more memory than there is for all of them is left alone: in
/// memory `{}` is a hundred times as large.
Document document_of(std::vector<Slice> const& members, Answer const& answer) {
    Document document;
    std::size_t room = limits::remote_values;
    for (auto const& member : by_size(members)) {
        auto const name = parse_json(member.slice.name);
        auto const key = name ? name->get<std::string>() : quote(member.slice.name, answer.secrets);
        auto value = name ? read_value(member, room) : Result<Json>{name.error()};
        bool const is_second = document.settings.contains(key) || document.unreadable.contains(key);
        if (is_second)
            document.unreadable[key] = "its name stands twice in the document";
        else if (!value)
            document.unreadable[key] = why_unreadable(value.error(), answer);
        else
            document.settings.set(key, *value);
        if (is_second) document.settings.remove(key);
        if (document.unreadable.size() > most_unreadable) break;
    }
    return document;
}

}  // namespace

std::string words_of(Answer const& answer) {
    auto const members = members_of(answer);
    auto said = member_text(members, "message");
    auto const error = member_text(members, "error");
    if (!said.empty() && !error.empty() && error != said) said += ": ";
    if (error != said) said += error;
    return quote(said, answer.secrets);
}

Failure failure_of(Answer const& answer) {
    Failure failure{fault_of(answer.status), describe(answer), answer.status};
    failure.by_gateway = !is_the_services(answer);
    if (failure.by_gateway && ends_service(failure.fault)) {
        failure.fault = Fault::server_error;
        failure.message += ", and not in the service's own words; a gateway on the way?";
    }
    if (auto said = words_of(answer); failure.fault == Fault::refused && !said.empty())
        failure.message = std::move(said);
    if (failure.fault == Fault::impostor && answer.location.empty())
        failure.message = "an answer with status " + std::to_string(answer.status) +
                          ", which nobody asked for; a captive portal or a proxy?";
    else if (failure.fault == Fault::impostor)
        failure.message = "redirected to " + place_of(answer) + " (status " +
                          std::to_string(answer.status) + "); a captive portal or a proxy?";
    if (failure.by_gateway && wants_certificate(answer))
        failure.message +=
            "; does a gateway ask for a client certificate? See server.client_certificate";
    failure.retry_after = failure.by_gateway ? gateways_retry_after(answer.retry_after, answer.date)
                                             : retry_after(answer.retry_after, answer.date);
    return failure;
}

bool knows_no_user(Answer const& answer) {
    return answer.status == 404 && is_the_services(answer) && says_no_user(answer);
}

bool knows_no_organization(Answer const& answer) {
    if (answer.status != 404 || !is_the_services(answer)) return false;
    return says(answer, "user not associated with any organization") ||
           says(answer, "organization not found") || says_no_user(answer);
}

bool lacks_call(Answer const& answer) {
    bool const says_so = answer.status == 404 || answer.status == 405 || answer.status == 501;
    return says_so && !knows_no_organization(answer);
}

std::variant<Json, Failure> read_success(Answer const& answer) {
    if (auto wrong = why_no_json(answer)) return *std::move(wrong);
    auto body = parse_json(text_of(answer), body_limits);
    if (!body) return unreadable(body.error(), answer);
    if (!body->is_object() || body->value("success", Json{}) != true) return no_success(answer);
    return std::move(*body);
}

std::variant<Document, Failure> read_document(Answer const& answer) {
    if (auto wrong = why_no_json(answer)) return *std::move(wrong);
    auto const body = members_in(text_of(answer));
    if (!body) return unreadable(body.error(), answer);
    if (value_of(*body, R"("success")") != "true") return no_success(answer);
    auto const settings = value_of(*body, R"("settings")");
    // What was never written may be no object yet.
    if (settings == "null") return Document{};
    if (!settings.starts_with('{'))
        return impostor("an answer without a \"settings\" object", answer);
    auto const members = members_in(settings);
    if (!members) return unreadable(members.error(), answer);
    // Each member takes room, so what is beyond that cannot be read either.
    if (members->size() > limits::remote_values + most_unreadable) return hopeless(answer);
    auto document = document_of(*members, answer);
    if (document.unreadable.size() > most_unreadable) return hopeless(answer);
    return document;
}

std::optional<Failure> read_acceptance(Answer const& answer) {
    auto success = read_success(answer);
    if (auto* failure = std::get_if<Failure>(&success)) return std::move(*failure);
    return std::nullopt;
}

std::optional<std::chrono::seconds> http_date(std::string const& text) {
    // The form of today, and two of old that are to be understood (RFC 9110, 5.6.7).
    for (auto const* form :
         {"%a, %d %b %Y %H:%M:%S GMT", "%A, %d-%b-%y %H:%M:%S GMT", "%a %b %e %H:%M:%S %Y"}) {
        std::tm parts{};
        char const* end = strptime(text.c_str(), form, &parts);
        if (end != nullptr && *end == '\0') return std::chrono::seconds{timegm(&parts)};
    }
    return std::nullopt;
}

std::optional<Time> retry_after(std::string_view value, std::string_view date) {
    Time::rep seconds = 0;
    auto const [end, error] = std::from_chars(value.data(), value.data() + value.size(), seconds);
    bool const is_number = end == value.data() + value.size();
    bool const is_huge = error == std::errc::result_out_of_range;
    if (is_number && is_huge && !value.starts_with('-')) return limits::retry_after;
    if (is_number && is_huge) return std::nullopt;
    if (error != std::errc{} || !is_number) {
        auto const then = http_date(std::string{value});
        auto const now = http_date(std::string{date});
        if (!then || !now) return std::nullopt;
        seconds = (*then - *now).count();
    }
    if (seconds < 0) return std::nullopt;
    return std::min(std::chrono::seconds{seconds}, limits::retry_after);
}

std::optional<Time> gateways_retry_after(std::string_view value, std::string_view date) {
    constexpr Time longest = std::chrono::hours{1};
    auto const asked = retry_after(value, date);
    if (!asked) return std::nullopt;
    return std::min(*asked, longest);
}

}  // namespace settings::sync
