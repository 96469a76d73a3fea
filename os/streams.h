#pragma once

namespace settings::os {

/// Opens the standard streams that this process was started without, on /dev/null: what it opens
/// later must not get their numbers, or its output would go there. With O_RDWR what is written is
/// dropped, with O_RDONLY each write fails.
void open_missing_streams(int access);

}  // namespace settings::os
