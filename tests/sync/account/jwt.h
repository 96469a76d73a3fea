#pragma once

namespace settings::sync {

/// Good for an hour: {"alg":"none"} . {"iat":1700000000,"exp":1700003600} . x
inline constexpr auto jwt = "eyJhbGciOiJub25lIn0.eyJpYXQiOjE3MDAwMDAwMDAsImV4cCI6MTcwMDAwMzYwMH0.x";

/// The same of the service itself: with "userId":"ada".
inline constexpr auto own_jwt =
    "eyJhbGciOiJub25lIn0.eyJpYXQiOjE3MDAwMDAwMDAsImV4cCI6MTcwMDAwMzYwMCwidXNlcklkIjoiYWRhIn0.x";

}  // namespace settings::sync
