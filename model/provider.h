#pragma once

#include <optional>
#include <string_view>

namespace settings {
inline namespace model {

/// By whom a person logs in at the service, as its own client tells them apart (ProviderType).
enum class Provider { local, google, github, microsoft, web3_stellar };

/// The enumerator as the service names it: "GITHUB".
[[nodiscard]] char const* name_of(Provider provider);

/// The Provider of that name, in upper or lower case; nothing when there is none.
[[nodiscard]] std::optional<Provider> provider_named(std::string_view name);

}  // namespace model
}  // namespace settings
