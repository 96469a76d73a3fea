# The Debian packages that script/package makes: one for each component.
set(CPACK_GENERATOR DEB)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_COMPONENTS_GROUPING IGNORE)
set(CPACK_STRIP_FILES ON)
# Staged in a folder, also what goes to /etc.
set(CPACK_SET_DESTDIR ON)
set(CPACK_INSTALL_PREFIX /usr)

set(CPACK_PACKAGE_NAME settingsd)
# Each package has one of its own, the first line of its description.
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "")
set(CPACK_PACKAGE_CONTACT "settingsd maintainers <maintainers@settingsd.invalid>")
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SOURCE settingsd)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)

# package(COMPONENT NAME SECTION DESCRIPTION): what all packages have.
macro(package component name section description)
  string(TOUPPER ${component} upper)
  set(CPACK_DEBIAN_${upper}_PACKAGE_NAME ${name})
  set(CPACK_DEBIAN_${upper}_PACKAGE_SECTION ${section})
  set(CPACK_DEBIAN_${upper}_DESCRIPTION "${description}")
  set(documents ${CMAKE_INSTALL_DATADIR}/doc/${name})
  install(FILES ${CMAKE_CURRENT_SOURCE_DIR}/debian/copyright
    DESTINATION ${documents} COMPONENT ${component})
  install_compressed(${CMAKE_CURRENT_BINARY_DIR}/changelog ${documents} changelog ${component})
endmacro()

string(TIMESTAMP CHANGELOG_DATE "%a, %d %b %Y %H:%M:%S +0000" UTC)
configure_file(debian/changelog.in changelog @ONLY)

package(daemon settingsd utils
"${PROJECT_DESCRIPTION}
Apps read and change settings through a Unix socket. An edit is on disk
before it is acknowledged, seen by every other app at once, and brought to
the user's Flashback account when network, token and server allow.
.
This package has the daemon, and settingsctl for people and scripts.")
package(notify settingsd-notify utils
"Desktop notifications of the settings daemon
This package has what tells a person on the desktop when the sync of their
settings needs them: a login, a decision, conflicts. Off until each person
says settingsctl notify on.")
package(emulator settingsd-emulator devel
"Flashback service in memory, to test apps against
This package has flashback-emulator: the service's settings and token
endpoints over HTTPS, with faults on demand, for app developers and tests.")
package(client-dev libsettingsd-client-dev libdevel
"C++ client library of the settings daemon
This package has what C++ apps are built with that read, change and watch
settings: headers, a static library, and files for CMake and pkg-config.")
package(doc settingsd-doc doc
"Documentation of the settings daemon, and examples
This package has the pages that lead people, app developers and
administrators through settingsd, the description of its API for programs,
and examples: small apps, and configurations of proxies before its socket.")

set(CPACK_DEBIAN_DAEMON_PACKAGE_DEPENDS ca-certificates)
set(CPACK_DEBIAN_DAEMON_PACKAGE_RECOMMENDS "systemd, libpam-systemd")
set(CPACK_DEBIAN_DAEMON_PACKAGE_SUGGESTS "settingsd-notify, settingsd-emulator, settingsd-doc")
set(CPACK_DEBIAN_NOTIFY_PACKAGE_DEPENDS
  "settingsd, default-dbus-session-bus | dbus-session-bus")
set(CPACK_DEBIAN_NOTIFY_PACKAGE_RECOMMENDS "notification-daemon, systemd")
# Types of both are in the library's interface and in its code, so another version will not do.
math(EXPR next_patch "${nlohmann_json_VERSION_PATCH} + 1")
set(next_json ${nlohmann_json_VERSION_MAJOR}.${nlohmann_json_VERSION_MINOR}.${next_patch})
set(CPACK_DEBIAN_CLIENT-DEV_PACKAGE_DEPENDS
  "libboost${Boost_VERSION_MAJOR}.${Boost_VERSION_MINOR}-dev"
  "nlohmann-json3-dev (>= ${nlohmann_json_VERSION})" "nlohmann-json3-dev (<< ${next_json}~)")
list(JOIN CPACK_DEBIAN_CLIENT-DEV_PACKAGE_DEPENDS ", " CPACK_DEBIAN_CLIENT-DEV_PACKAGE_DEPENDS)
set(CPACK_DEBIAN_CLIENT-DEV_PACKAGE_SHLIBDEPS OFF)
set(CPACK_DEBIAN_DOC_PACKAGE_ARCHITECTURE all)
set(CPACK_DEBIAN_DOC_PACKAGE_SHLIBDEPS OFF)

# What the maintainer scripts share is in one file.
file(READ debian/sessions.sh SESSIONS)
set(scripts "")
foreach(script postinst prerm postrm)
  configure_file(debian/${script}.in ${script} @ONLY)
  list(APPEND scripts ${CMAKE_CURRENT_BINARY_DIR}/${script})
endforeach()
list(APPEND scripts ${CMAKE_CURRENT_SOURCE_DIR}/debian/conffiles)
set(CPACK_DEBIAN_DAEMON_PACKAGE_CONTROL_EXTRA ${scripts})

set(scripts "")
foreach(script postinst prerm)
  configure_file(debian/notify/${script}.in notify/${script} @ONLY)
  list(APPEND scripts ${CMAKE_CURRENT_BINARY_DIR}/notify/${script})
endforeach()
set(CPACK_DEBIAN_NOTIFY_PACKAGE_CONTROL_EXTRA ${scripts})

include(CPack)
