#pragma once

#include "model/change_set.h"

namespace settings::cli {

/// Makes the changes that a person made to settings as they saw them, in the settings as they are
/// by now. What another app has written meanwhile, where the person saw nothing, stays: a removal
/// takes away what they saw, and an object only once nothing else is left in it.
///
/// Throws UsageError where the two do not go together: another app has put an object, or something
/// into one, where the person wants another value.
void carry_over(ChangeSet const& changes, Json& settings);

}  // namespace settings::cli
