#include "cli/commands.h"

#include "cli/carry_out.h"

namespace settings::cli {

Outcome run(Command const& command, Context const& context) {
    return std::visit([&](auto const& kind) { return carry_out(kind, context); }, command);
}

}  // namespace settings::cli
