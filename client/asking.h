#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "client/http.h"
#include "settings/edit.h"
#include "settings/result.h"

namespace settings::client::calls {

// What making a request takes, whichever call it is.

[[nodiscard]] Request get_of(std::string target);

/// To do something that may be done twice.
[[nodiscard]] Request post_of(std::string target);

/// Errors: refused, when the body has a text that is not UTF-8.
[[nodiscard]] Result<Request> request_with(std::string_view method, std::string target,
                                           Json const& body);

/// To be sent once: what a first attempt has settled is not there for a second one.
[[nodiscard]] Result<Request> once(Result<Request> request,
                                   Request::Effect effect = Request::Effect::order);

/// A write of settings. Errors: as for request_with().
[[nodiscard]] Result<Request> write(std::string_view method, Json const& body,
                                    WriteOptions const& options,
                                    char const* target = "/settings/user");

/// Adds If-Match, where there is a tag. Errors: refused, for one that no daemon has given.
[[nodiscard]] Result<Request> demand(Result<Request> request, std::optional<Tag> const& only_if);

/// Adds the wish to wait for the server.
void prefer(Request& request, std::chrono::seconds wait);

}  // namespace settings::client::calls
