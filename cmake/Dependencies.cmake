# Everything comes from Debian 12's own packages; docs/architecture.md gives the reason for each.
find_package(Boost 1.81 REQUIRED)
find_package(OpenSSL 3.0 REQUIRED)
find_package(SQLite3 3.40 REQUIRED)
find_package(Threads REQUIRED)
find_package(nlohmann_json 3.11 REQUIRED)
find_package(CLI11 REQUIRED)
find_package(spdlog REQUIRED)
find_package(tomlplusplus REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(SYSTEMD REQUIRED IMPORTED_TARGET libsystemd)
pkg_check_modules(MNL REQUIRED IMPORTED_TARGET libmnl)

# Asio, Beast and URL compiled once instead of in every file that includes them.
# Two libraries, because the command line and the local API need no OpenSSL.
add_library(settings_asio STATIC ${CMAKE_CURRENT_LIST_DIR}/asio.cpp)
target_compile_features(settings_asio PUBLIC cxx_std_20)
target_compile_definitions(settings_asio PUBLIC
  BOOST_ASIO_SEPARATE_COMPILATION BOOST_BEAST_SEPARATE_COMPILATION
  BOOST_ASIO_NO_DEPRECATED BOOST_URL_NO_LIB)
target_link_libraries(settings_asio PUBLIC Boost::headers Threads::Threads)

add_library(settings_asio_tls STATIC ${CMAKE_CURRENT_LIST_DIR}/asio_tls.cpp)
target_link_libraries(settings_asio_tls PUBLIC settings_asio OpenSSL::SSL OpenSSL::Crypto)

settings_harden(settings_asio)
settings_harden(settings_asio_tls)
