#include "ipc/openapi.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "ipc/routes.h"
#include "model/json.h"

namespace settings::ipc {
namespace {

using testing::UnorderedElementsAreArray;

/// As the description writes them: "GET /v1/settings/{path}".
std::vector<std::string> taken() {
    std::vector<std::string> calls;
    for (auto const& [method, path] : endpoints()) {
        calls.push_back(std::string{method} + ' ' + std::string{path});
        if (path.ends_with('/')) calls.back() += "{path}";
    }
    return calls;
}

std::vector<std::string> described() {
    std::vector<std::string> calls;
    auto const description = Json::parse(openapi_json);
    for (auto const& [path, methods] : description.at("paths").items())
        for (auto const& [name, operation] : methods.items()) {
            std::string method = name;
            std::transform(method.begin(), method.end(), method.begin(),
                           [](char c) { return static_cast<char>(c - 'a' + 'A'); });
            calls.push_back(method.append(" ").append(path));
        }
    return calls;
}

TEST(OpenapiTest, DescribesTheCallsThatTheDaemonTakesAndNoOthers) {
    EXPECT_THAT(described(), UnorderedElementsAreArray(taken()));
}

}  // namespace
}  // namespace settings::ipc
