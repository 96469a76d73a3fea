#pragma once

namespace settings::cli {

// The files in completions/, as they were when this was built.

extern char const* const bash_completion;
extern char const* const zsh_completion;
extern char const* const fish_completion;

}  // namespace settings::cli
