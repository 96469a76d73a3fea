#pragma once

namespace settings {
inline namespace model {

/// Whose value stays when a pending edit and another device's edit meet in one leaf. The other
/// value is kept as a conflict.
enum class Winner { local, remote };

}  // namespace model
}  // namespace settings
