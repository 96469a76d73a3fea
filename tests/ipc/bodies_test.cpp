#include "ipc/bodies.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>
#include <string>

namespace settings::ipc {
namespace {

using testing::HasSubstr;

/// What a body is refused with.
template <auto read>
std::string refusal_of(std::string_view body) {
    auto const asked = read(body);
    if (asked) return "accepted";
    EXPECT_EQ(asked.error().code(), Errc::bad_request);
    return asked.error().message();
}

struct RefusedBody {
    std::string (*refusal)(std::string_view);
    std::string_view body;
    std::string_view says;
};

void PrintTo(RefusedBody const& refused, std::ostream* out) { *out << refused.body; }

class RefusedBodyTest : public testing::TestWithParam<RefusedBody> {};

TEST_P(RefusedBodyTest, SaysWhatToSend) {
    auto const& [refusal, body, says] = GetParam();

    EXPECT_THAT(refusal(body), HasSubstr(says));
}

constexpr auto patch = refusal_of<patch_in>;
constexpr auto replace = refusal_of<replace_in>;
constexpr auto erase = refusal_of<erase_in>;
constexpr auto conflict = refusal_of<conflict_order_in>;
constexpr auto rejected = refusal_of<rejected_order_in>;
constexpr auto review = refusal_of<verdict_in>;
constexpr auto login_order = refusal_of<login_order_in>;

constexpr std::string_view a_conflict = R"(send {"action":"restore","id":1})";
constexpr std::string_view a_rejected_key = R"(send {"action":"retry"}, {"action":"retry","key":)";
constexpr std::string_view a_verdict = R"(send {"action":"apply"})";
constexpr std::string_view a_login_order = R"(send {"action":"mail-link"})";

INSTANTIATE_TEST_SUITE_P(
    Edits, RefusedBodyTest,
    testing::Values(RefusedBody{patch, "",
                                "empty, or its Content-Length is missing; send an object"},
                    RefusedBody{patch, "{", "column 2"},
                    RefusedBody{patch, "[]", "of type array; send an object"},
                    RefusedBody{patch, "null", "of type null"},
                    RefusedBody{patch, "{\"a\":\"\xff\"}", "column 7"},
                    RefusedBody{patch, R"({"a":1,"a":2})", "\"a\" stands twice"},
                    RefusedBody{replace, "", "{\"settings\":"},
                    RefusedBody{replace, "[]", "of type array; send the whole document"},
                    RefusedBody{replace, "{}", "\"settings\" must be an object"},
                    RefusedBody{replace, R"({"settings":[]})", "must be an object"},
                    RefusedBody{replace, R"({"settings":{},"theme":1})", "\"theme\""},
                    RefusedBody{erase, "", "{\"keys\":"},
                    RefusedBody{erase, R"(["a"])", "of type array"},
                    RefusedBody{erase, R"({"keys":["a",""]})", "key number 2"},
                    RefusedBody{erase, R"({"keys":[1]})", "key number 1"},
                    RefusedBody{erase, R"({"keys":["a"],"all":1})", "\"all\""}));

INSTANTIATE_TEST_SUITE_P(
    Orders, RefusedBodyTest,
    testing::Values(RefusedBody{conflict, "", a_conflict}, RefusedBody{conflict, "[]", a_conflict},
                    RefusedBody{conflict, "{", "column 2"},
                    RefusedBody{conflict, R"({"action":"restore"})", a_conflict},
                    RefusedBody{conflict, R"({"id":1})", a_conflict},
                    RefusedBody{conflict, R"({"action":"restore","id":"1"})", a_conflict},
                    RefusedBody{conflict, R"({"action":"restore","id":1.5})", a_conflict},
                    RefusedBody{conflict, R"({"action":"undo","id":1})", a_conflict},
                    RefusedBody{conflict, R"({"action":1,"id":1})", a_conflict},
                    RefusedBody{conflict, R"({"action":"discard","id":1,"x":1})", a_conflict},
                    RefusedBody{rejected, "", a_rejected_key},
                    RefusedBody{rejected, R"({"action":"retry","key":1})", a_rejected_key},
                    RefusedBody{rejected, R"({"action":"discard"})", a_rejected_key},
                    RefusedBody{rejected, R"({"action":"forget","key":"a"})", a_rejected_key},
                    RefusedBody{rejected, R"({"key":"a"})", a_rejected_key},
                    RefusedBody{rejected, R"({"action":"retry","keys":[]})", a_rejected_key},
                    RefusedBody{review, "", a_verdict},
                    RefusedBody{review, R"({"action":"wait"})", a_verdict},
                    RefusedBody{review, R"({"action":"ask"})", a_verdict},
                    RefusedBody{review, R"({"action":"apply","x":1})", a_verdict},
                    RefusedBody{review, R"({"verdict":"apply"})", a_verdict},
                    RefusedBody{review, R"({"action":"apply","keys":[]})", "must list"},
                    RefusedBody{review, R"({"action":"apply","keys":"a"})", "must list"},
                    RefusedBody{review, R"({"action":"apply","keys":["a",1]})", "key number 2"},
                    RefusedBody{review, R"({"action":"apply","account":["a"]})", a_verdict},
                    RefusedBody{review, R"({"action":"merge","keys":["a"]})", a_verdict},
                    RefusedBody{review, R"({"action":"merge","device":[]})", "\"device\" must"},
                    RefusedBody{review, R"({"action":"wait","device":["a"]})", a_verdict},
                    RefusedBody{login_order, "", a_login_order},
                    RefusedBody{login_order, R"({"action":"mail"})", a_login_order},
                    RefusedBody{login_order, R"({"action":"mail-link","":1})", a_login_order},
                    RefusedBody{login_order, R"({"action":"mail-link","x":1})", a_login_order}));

}  // namespace
}  // namespace settings::ipc
