#include "model/named_key.h"

#include "model/path.h"

namespace settings {
inline namespace model {
namespace {

Error is_inside(std::string const& name, std::string const& key) {
    return {Errc::bad_request, "\"" + name + "\" is inside \"" + key +
                                   "\", which is decided as a whole; name \"" + key + "\""};
}

}  // namespace

Result<std::string> key_named(std::string const& name,
                              std::function<bool(std::string const& key)> const& waits) {
    if (waits(name)) return name;
    if (auto const names = names_of_pointer(name); names && waits(names->front())) {
        if (names->size() > 1) return is_inside(name, names->front());
        return names->front();
    }
    for (auto const& [key, rest] : cuts(name))
        if (rest && waits(std::string{key})) return is_inside(name, std::string{key});
    return Error{Errc::not_found,
                 "\"" + name + "\" is none of the settings that wait for a decision"};
}

}  // namespace model
}  // namespace settings
