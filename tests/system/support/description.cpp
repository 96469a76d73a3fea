#include "tests/system/support/description.h"

#include <algorithm>
#include <stdexcept>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validator.hpp>

#include "tests/support/process.h"
#include "tests/system/support/raw_connection.h"

namespace settings::system_test {
namespace {

std::string cased(std::string text, char from, char to) {
    std::transform(text.begin(), text.end(), text.begin(),
                   [from, to](char c) { return static_cast<char>(c - from + to); });
    return text;
}

/// Takes what is not described out of what is allowed.
void close_objects(Json& schema) {
    if (schema.is_object() && schema.contains("properties"))
        schema.emplace("additionalProperties", false);
    if (schema.is_structured())
        for (auto& part : schema) close_objects(part);
}

std::string first_of(valijson::ValidationResults& results) {
    valijson::ValidationResults::Error error;
    std::string text;
    if (!results.popError(error)) return "not as described";
    for (auto const& step : error.context) text += step;
    return text + ": " + error.description;
}

}  // namespace

Response parse_response(std::string const& bytes) {
    constexpr std::string_view version = "HTTP/1.1 ";
    constexpr std::string_view type = "\r\nContent-Type: ";
    if (!bytes.starts_with(version)) throw std::runtime_error{"no response: " + bytes};
    Response response{std::stoi(bytes.substr(version.size())), {}, body_of(bytes)};
    auto const head = bytes.substr(0, bytes.find("\r\n\r\n"));
    if (auto const at = head.find(type); at != std::string::npos)
        response.content_type =
            head.substr(at + type.size(), head.find_first_of(";\r", at + 2) - at - type.size());
    return response;
}

Description::Description(std::filesystem::path const& file)
    : description_(Json::parse(read_text(file))) {
    close_objects(description_);
}

std::vector<std::string> Description::operations() const {
    std::vector<std::string> operations;
    for (auto const& [path, methods] : description_.at("paths").items())
        for (auto const& [method, operation] : methods.items())
            operations.push_back(cased(method, 'a', 'A') + ' ' + path);
    return operations;
}

std::set<Description::Named> Description::named() const {
    std::set<Named> all;
    for (auto const& operation : operations())
        for (auto const& [status, response] : responses(operation).items())
            all.emplace(operation, std::stoi(status));
    return all;
}

std::string Description::difference(std::string const& operation, Response const& response) const {
    auto const& all = responses(operation);
    auto const found = all.find(std::to_string(response.status));
    if (found == all.end()) return "the status is not named";
    auto const& named = resolved(*found);
    if (!named.contains("content")) return response.body.empty() ? "" : "there is a body";
    auto const content = named.at("content").find(response.content_type);
    if (content == named.at("content").end()) return "another type: " + response.content_type;
    if (response.content_type != "application/json") return "";
    return violation(content->at("schema"), Json::parse(response.body));
}

std::string Description::difference_from(std::string const& schema, Json const& value) const {
    return violation(description_.at("components").at("schemas").at(schema), value);
}

Json const& Description::responses(std::string const& operation) const {
    auto const space = operation.find(' ');
    return description_.at("paths")
        .at(operation.substr(space + 1))
        .at(cased(operation.substr(0, space), 'A', 'a'))
        .at("responses");
}

Json const& Description::resolved(Json const& object) const {
    auto const reference = object.find("$ref");
    if (reference == object.end()) return object;
    return description_.at(Json::json_pointer{reference->get<std::string>().substr(1)});
}

std::string Description::violation(Json const& schema, Json const& value) const {
    // References lead from the root.
    Json const root{{"allOf", {schema}}, {"components", description_.at("components")}};
    valijson::Schema rules;
    valijson::SchemaParser{}.populateSchema(valijson::adapters::NlohmannJsonAdapter{root}, rules);
    valijson::ValidationResults results;
    valijson::Validator validator;
    bool const fits =
        validator.validate(rules, valijson::adapters::NlohmannJsonAdapter{value}, &results);
    return fits ? "" : first_of(results);
}

}  // namespace settings::system_test
