#include "os/file_name.h"

namespace settings::os {

std::string wrong_with_file_name(std::string const& name) {
    return name.empty() ? "an empty text names no file" : "";
}

}  // namespace settings::os
