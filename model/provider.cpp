#include "model/provider.h"

#include <boost/algorithm/string/predicate.hpp>

namespace settings {
inline namespace model {

char const* name_of(Provider provider) {
    switch (provider) {
        case Provider::local: return "LOCAL";
        case Provider::google: return "GOOGLE";
        case Provider::github: return "GITHUB";
        case Provider::microsoft: return "MICROSOFT";
        case Provider::web3_stellar: return "WEB3_STELLAR";
    }
    return "unknown";
}

std::optional<Provider> provider_named(std::string_view name) {
    for (auto const provider : {Provider::local, Provider::google, Provider::github,
                                Provider::microsoft, Provider::web3_stellar})
        if (boost::iequals(name, name_of(provider))) return provider;
    return std::nullopt;
}

}  // namespace model
}  // namespace settings
