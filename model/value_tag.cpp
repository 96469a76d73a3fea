#include "model/value_tag.h"

#include <boost/uuid/name_generator_sha1.hpp>
#include <boost/uuid/uuid_io.hpp>

namespace settings {
inline namespace model {

std::string value_tag(std::string_view canonical_text) {
    boost::uuids::name_generator_sha1 const in_no_namespace{boost::uuids::uuid{}};
    auto const uuid = in_no_namespace(canonical_text.data(), canonical_text.size());
    return "v-" + to_string(uuid);
}

}  // namespace model
}  // namespace settings
