#pragma once

#include <string_view>

#include "ipc/command.h"
#include "model/result.h"

namespace settings::ipc {

// What the body of each route asks for. Pure.
// Errors: bad_request and too_large, with a sentence that says what to send.

[[nodiscard]] Result<Edit> patch_in(std::string_view body);    ///< a bare object
[[nodiscard]] Result<Edit> replace_in(std::string_view body);  ///< {"settings":{…}}
[[nodiscard]] Result<Edit> erase_in(std::string_view body);    ///< {"keys":["theme"]}

/// {"edits":[{"path":"a.b","value":1},{"path":"c"}]}
[[nodiscard]] Result<Edit> assignments_in(std::string_view body);

/// One value alone, of any type.
[[nodiscard]] Result<Json> value_in(std::string_view body);

/// {"revision":7}, with or without "burst", or {"since":"2026-11-23T19:00:00Z"}; beside them
/// "force".
[[nodiscard]] Result<Undo> undo_in(std::string_view body);

/// {"action":"restore","id":1} or "discard".
[[nodiscard]] Result<Command> conflict_order_in(std::string_view body);

/// {"action":"retry"}, with or without a "key", or "discard" with one.
[[nodiscard]] Result<Command> rejected_order_in(std::string_view body);

/// {"action":"apply"} or "refuse".
[[nodiscard]] Result<Command> verdict_in(std::string_view body);

/// An e-mail address and a password, or tokens, or a second factor. The errors quote nothing of the
/// body: what is mistyped here is a secret all the same.
[[nodiscard]] Result<Command> login_in(std::string_view body);

/// {"action":"mail-link"}.
[[nodiscard]] Result<Command> login_order_in(std::string_view body);

}  // namespace settings::ipc
