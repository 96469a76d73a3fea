#pragma once

#include "cli/commands.h"

namespace settings::cli {

// One function for each kind of command. Those that take a path throw UsageError for a wrong one.

// setting_commands.cpp
Outcome carry_out(Get const& get, Context const& context);
Outcome carry_out(Set const& set, Context const& context);
Outcome carry_out(Unset const& unset, Context const& context);

// document_commands.cpp
Outcome carry_out(Dump const& dump, Context const& context);
Outcome carry_out(Load const& load, Context const& context);
Outcome carry_out(Edit const& edit, Context const& context);
Outcome carry_out(Backup const& backup, Context const& context);
Outcome carry_out(Restore const& restore, Context const& context);

// history_commands.cpp
Outcome carry_out(Watch const& watch, Context const& context);
Outcome carry_out(Log const& log, Context const& context);
Outcome carry_out(Undo const& undo, Context const& context);

// sync_commands.cpp
Outcome carry_out(ShowStatus const& status, Context const& context);
Outcome carry_out(Diff const& diff, Context const& context);
Outcome carry_out(ShowConfiguration const& show, Context const& context);
Outcome carry_out(SyncNow const& sync, Context const& context);
Outcome carry_out(Explain const& explain, Context const& context);
Outcome carry_out(Pause const& pause, Context const& context);
Outcome carry_out(Resume const& resume, Context const& context);
Outcome carry_out(DismissNotice const& notice, Context const& context);

// decision_commands.cpp
Outcome carry_out(ShowConflicts const& conflicts, Context const& context);
Outcome carry_out(RestoreConflict const& conflict, Context const& context);
Outcome carry_out(DiscardConflict const& conflict, Context const& context);
Outcome carry_out(ShowRejected const& rejected, Context const& context);
Outcome carry_out(RetryRejected const& rejected, Context const& context);
Outcome carry_out(DiscardRejected const& rejected, Context const& context);
Outcome carry_out(ShowReview const& review, Context const& context);
Outcome carry_out(DecideReview const& review, Context const& context);

// login_commands.cpp
Outcome carry_out(LogIn const& login, Context const& context);
Outcome carry_out(LogOut const& logout, Context const& context);
Outcome carry_out(WhoAmI const& who, Context const& context);

// notify_command.cpp
Outcome carry_out(ShowNotify const& show, Context const& context);
Outcome carry_out(SwitchNotify const& notify, Context const& context);

// doctor_command.cpp
Outcome carry_out(Doctor const& doctor, Context const& context);

// help_command.cpp
Outcome carry_out(Help const& help, Context const& context);

// completion_commands.cpp
Outcome carry_out(PrintCompletion const& print, Context const& context);
Outcome carry_out(Complete const& complete, Context const& context);

}  // namespace settings::cli
