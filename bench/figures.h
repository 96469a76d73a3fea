#pragma once

#include <chrono>
#include <filesystem>

#include "bench/table.h"

namespace settings::bench {

/// How to measure. All that is compared runs in turns, a block of `turn` each, round after round;
/// a figure is the median over the rounds.
struct Plan {
    std::filesystem::path daemon;  ///< the settingsd to measure
    std::filesystem::path folder;  ///< for stores and sockets, on a real disk
    int rounds = 11;
    std::chrono::milliseconds turn{400};
    std::chrono::seconds idle{10};
};

// Each starts the daemons that it needs and stops them. Each throws when one fails or answers
// wrong.

/// A single edit, against the least that asking and making durable can cost.
void measure_lone_edit(Plan const& plan, Table& table);

/// What an edit costs with a larger document and with a longer history.
void measure_growth(Plan const& plan, Table& table);

/// Many writers at once, and how they share commits.
void measure_group_commit(Plan const& plan, Table& table);

/// Reads of the whole document, alone and with many readers.
void measure_reads(Plan const& plan, Table& table);

/// Ordinary reads beside large ones.
void measure_large_reads(Plan const& plan, Table& table);

/// `settingsctl get` and `set` as whole processes, beside dconf where it is installed.
void measure_programs(Plan const& plan, Table& table);

/// How long the first client of a daemon that is started for it waits.
void measure_start(Plan const& plan, Table& table);

/// One setting from the file that apps map, beside asking for it and dconf's mapped file.
void measure_mapped_reads(Plan const& plan, Table& table);

/// Memory and wake-ups of a daemon that has nothing to do.
void measure_idle(Plan const& plan, Table& table);

}  // namespace settings::bench
