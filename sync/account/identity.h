#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "model/provider.h"

namespace settings::sync {

/// What a login is remembered by, for people.
struct LoginNote {
    std::string email;         ///< empty when tokens were given that were got elsewhere
    std::string organization;  ///< by the answer to the login; empty for none
    std::string role;          ///< in it
    std::string factor;        ///< by which the second factor was shown; empty when it was not
    std::optional<std::chrono::seconds> since;  ///< since 1970, by this machine's clock
    Provider provider = Provider::local;        ///< by whom it was, which tells where it is renewed

    friend bool operator==(LoginNote const&, LoginNote const&) = default;
};

/// Who this machine is at the server, by the token that counts, and where that is from.
struct Identity {
    enum class Method {
        password,  ///< a login with e-mail address and password
        tokens,    ///< a person gave tokens that were got elsewhere
        file,      ///< a token file, or a credential of systemd
        command,   ///< the token command
    };
    Method method = Method::password;
    std::string id;  ///< as the login names the account, or else the token; may be empty
    LoginNote note = {};
};

/// The enumerator as a word, for programs.
[[nodiscard]] char const* name_of(Identity::Method method);

}  // namespace settings::sync
