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

struct Refused {
    std::string (*refusal)(std::string_view);
    std::string_view body;
    std::string_view says;
};

void PrintTo(Refused const& refused, std::ostream* out) { *out << refused.body; }

class RefusedBodyTest : public testing::TestWithParam<Refused> {};

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

constexpr std::string_view a_conflict = R"(send {"action":"restore","id":1})";
constexpr std::string_view a_rejected_key = R"(send {"action":"retry"}, {"action":"retry","key":)";
constexpr std::string_view a_verdict = R"(send {"action":"apply"})";

INSTANTIATE_TEST_SUITE_P(
    Edits, RefusedBodyTest,
    testing::Values(Refused{patch, "", "the body is empty; send an object"},
                    Refused{patch, "{", "column 2"},
                    Refused{patch, "[]", "of type array; send an object"},
                    Refused{patch, "null", "of type null"},
                    Refused{patch, "{\"a\":\"\xff\"}", "column 7"},
                    Refused{patch, R"({"a":1,"a":2})", "\"a\" stands twice"},
                    Refused{replace, "", "{\"settings\":"},
                    Refused{replace, "[]", "of type array; send the whole document"},
                    Refused{replace, "{}", "\"settings\" must be an object"},
                    Refused{replace, R"({"settings":[]})", "must be an object"},
                    Refused{replace, R"({"settings":{},"theme":1})", "\"theme\""},
                    Refused{erase, "", "{\"keys\":"}, Refused{erase, R"(["a"])", "of type array"},
                    Refused{erase, R"({"keys":["a",""]})", "key number 2"},
                    Refused{erase, R"({"keys":[1]})", "key number 1"},
                    Refused{erase, R"({"keys":["a"],"all":1})", "\"all\""}));

INSTANTIATE_TEST_SUITE_P(
    Orders, RefusedBodyTest,
    testing::Values(Refused{conflict, "", a_conflict}, Refused{conflict, "[]", a_conflict},
                    Refused{conflict, "{", "column 2"},
                    Refused{conflict, R"({"action":"restore"})", a_conflict},
                    Refused{conflict, R"({"id":1})", a_conflict},
                    Refused{conflict, R"({"action":"restore","id":"1"})", a_conflict},
                    Refused{conflict, R"({"action":"restore","id":1.5})", a_conflict},
                    Refused{conflict, R"({"action":"undo","id":1})", a_conflict},
                    Refused{conflict, R"({"action":1,"id":1})", a_conflict},
                    Refused{conflict, R"({"action":"discard","id":1,"x":1})", a_conflict},
                    Refused{rejected, "", a_rejected_key},
                    Refused{rejected, R"({"action":"retry","key":1})", a_rejected_key},
                    Refused{rejected, R"({"action":"discard"})", a_rejected_key},
                    Refused{rejected, R"({"action":"forget","key":"a"})", a_rejected_key},
                    Refused{rejected, R"({"key":"a"})", a_rejected_key},
                    Refused{rejected, R"({"action":"retry","keys":[]})", a_rejected_key},
                    Refused{review, "", a_verdict},
                    Refused{review, R"({"action":"wait"})", a_verdict},
                    Refused{review, R"({"action":"apply","x":1})", a_verdict},
                    Refused{review, R"({"verdict":"apply"})", a_verdict}));

}  // namespace
}  // namespace settings::ipc
