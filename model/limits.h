#pragma once

#include <chrono>
#include <cstddef>

/// The bounds that a reader may look for in one place, each with its unit.
namespace settings::limits {

inline constexpr std::size_t body_bytes = 1024 * 1024;  ///< one request's body
inline constexpr std::size_t json_depth = 64;           ///< nested objects and arrays
inline constexpr std::size_t key_bytes = 1024;          ///< one member's name

/// A path as text: no shorter than one to the deepest value that an app may write.
inline constexpr std::size_t path_bytes = json_depth * (key_bytes + 1);
/// Dots or slashes of a path: no fewer than a name may hold.
inline constexpr std::size_t path_steps = key_bytes;

/// Objects that are looked into in vain for the dotted paths of one request. Names with dots lead
/// astray, and a document could be made of them alone.
inline constexpr std::size_t detours = 20'000;

inline constexpr std::size_t quoted_bytes = 200;  ///< longest part of a foreign text that is shown
inline constexpr std::size_t remote_bytes = 16 * 1024 * 1024;  ///< the server's whole document
inline constexpr std::size_t remote_depth = 512;               ///< nested objects and arrays in it
/// Values, objects and lists in it that there is memory for.
inline constexpr std::size_t remote_values = 400'000;

/// The longest wait a server may ask for.
inline constexpr std::chrono::seconds retry_after = std::chrono::hours{24};

inline constexpr std::size_t batch_bytes = 256 * 1024;   ///< one PUT to the server
inline constexpr std::size_t batch_keys = 500;           ///< top-level keys in one PUT
inline constexpr std::size_t removal_bytes = 64 * 1024;  ///< one DELETE to the server

}  // namespace settings::limits
