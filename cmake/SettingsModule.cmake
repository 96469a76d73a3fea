# settings_module(NAME SOURCES … USES …): one folder's library, settings_NAME.
# settings_program(NAME SOURCES … USES …): one executable.
# settings_test(NAME SOURCES … USES …): one GoogleTest binary, run by ctest test by test; unit tests
# under a sanitizer all at once.
#
# USES is the whole list of what the target may see, but for objects of another target in SOURCES;
# tests/layers.sh holds the includes to it.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)

# Asserts state what must hold, so they stay on: no NDEBUG in any build type.
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -g1")
set(CMAKE_CXX_FLAGS_DEBUG "-O0 -g")

find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
endif()

# Some 75 programs are linked, and each has most of the libraries in it.
find_program(MOLD mold)
if(MOLD)
  add_link_options(-fuse-ld=mold)
endif()

set(SETTINGS_SANITIZE "" CACHE STRING "Sanitizers for every target, e.g. address,undefined or thread")
if(SETTINGS_SANITIZE)
  # -O0 -g1: half the memory and a third of the time of -O1 -g for a file full of coroutines.
  add_compile_options(-fsanitize=${SETTINGS_SANITIZE} -fno-omit-frame-pointer -O0 -g1
                      -Wno-error=maybe-uninitialized)
  add_link_options(-fsanitize=${SETTINGS_SANITIZE})
  if(SETTINGS_SANITIZE MATCHES "undefined")
    # The vptr check asks for a pipe at each new type, so it fails where a test uses up descriptors.
    add_compile_options(-fno-sanitize-recover=undefined -fno-sanitize=vptr)
  endif()
  if(SETTINGS_SANITIZE MATCHES "thread")
    add_compile_options(-Wno-tsan)
  endif()
endif()

option(SETTINGS_FUZZ "Build fuzzers, and nothing else of the tests; clang only" OFF)
if(SETTINGS_FUZZ)
  # Warnings are for those who compile with g++, too.
  add_compile_options(-fsanitize=fuzzer-no-link -O1 -w)
endif()

# What makes a mistake in memory harder to use, for all that users run. Debian's compilers make
# position-independent programs by themselves; tests/hardening.sh looks at what came of all this.
function(settings_harden target)
  if(NOT CMAKE_BUILD_TYPE STREQUAL "Release")
    return()
  endif()
  target_compile_options(${target} PRIVATE
    -fstack-protector-strong -fstack-clash-protection -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3
    -Wno-error=maybe-uninitialized)  # a false alarm of g++ 12 where these change what is inlined
  if(CMAKE_SYSTEM_PROCESSOR STREQUAL "x86_64")
    target_compile_options(${target} PRIVATE -fcf-protection)
  endif()
  target_link_options(${target} PRIVATE -Wl,-z,relro -Wl,-z,now -Wl,-z,noexecstack)
endfunction()

function(settings_target target)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "USES")
  target_compile_options(${target} PRIVATE
    -Wall -Wextra -Wpedantic -Wconversion -Wnon-virtual-dtor -Werror
    $<$<CXX_COMPILER_ID:GNU>:-Wshadow=local>)
  if(CMAKE_UNITY_BUILD)
    # True of what is one file's own, and no fault of it.
    target_compile_options(${target} PRIVATE -Wno-subobject-linkage)
  endif()
  target_include_directories(${target} PUBLIC $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}>)
  target_compile_definitions(${target} PRIVATE SETTINGSD_VERSION="${PROJECT_VERSION}")
  target_link_libraries(${target} PUBLIC ${arg_USES})
endfunction()

function(settings_module name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;USES")
  add_library(settings_${name} STATIC ${arg_SOURCES})
  settings_target(settings_${name} USES ${arg_USES})
  settings_harden(settings_${name})
endfunction()

function(settings_program name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;USES")
  add_executable(${name} ${arg_SOURCES})
  settings_target(${name} USES ${arg_USES})
  settings_harden(${name})
endfunction()

function(settings_test name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "LABEL;TIMEOUT" "SOURCES;USES")
  add_executable(${name} ${arg_SOURCES})
  settings_target(${name} USES ${arg_USES} GTest::gmock_main)
  if(CMAKE_BUILD_TYPE STREQUAL "Release")
    # Compiled for minutes and run for moments: what is tested stays as users run it.
    target_compile_options(${name} PRIVATE -O0)
  endif()
  if(NOT arg_LABEL)
    set(arg_LABEL unit)
  endif()
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 60)
  endif()
  if(SETTINGS_SANITIZE AND arg_LABEL STREQUAL "unit")
    # A sanitizer takes longer to start than most of them to run.
    add_test(NAME ${name} COMMAND ${name} --gtest_brief=1)
    set_tests_properties(${name} PROPERTIES LABELS unit TIMEOUT 1200)
    return()
  endif()
  gtest_discover_tests(${name} DISCOVERY_TIMEOUT 60
    PROPERTIES LABELS ${arg_LABEL} TIMEOUT ${arg_TIMEOUT})
endfunction()

# A deliberate bug, to prove that a judge can fail: sets `result` to a copy of the source that the
# patch is for, in the build folder, with the patch applied. Linked ahead of the libraries, its object
# has their own member of that name never taken. The product's sources know nothing of it.
function(settings_planted_bug patch result)
  find_program(PATCH patch REQUIRED)
  cmake_path(GET patch STEM name)
  file(STRINGS ${patch} header REGEX "^\\+\\+\\+ b/")
  string(REGEX REPLACE "^\\+\\+\\+ b/([^\t ]+).*" "\\1" source "${header}")
  set(patched ${CMAKE_CURRENT_BINARY_DIR}/bugs/${name}.cpp)
  add_custom_command(OUTPUT ${patched}
    COMMAND ${PATCH} --silent --fuzz=0 --output=${patched} ${PROJECT_SOURCE_DIR}/${source} ${patch}
    DEPENDS ${patch} ${PROJECT_SOURCE_DIR}/${source}
    COMMENT "Planting ${name} in ${source}"
    VERBATIM)
  set(${result} ${patched} PARENT_SCOPE)
endfunction()

# Programs with one deliberate bug each, PROGRAM-NAME, from the folder's bugs/NAME.patch. The target
# PROGRAM_bugs builds them all, as a release build does.
function(settings_planted_bugs program)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;USES")
  file(GLOB patches CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/bugs/*.patch)
  add_custom_target(${program}_bugs DEPENDS ${program})
  foreach(patch ${patches})
    cmake_path(GET patch STEM name)
    set(buggy ${program}-${name})
    settings_planted_bug(${patch} patched)
    settings_program(${buggy} SOURCES ${patched} ${arg_SOURCES} USES ${arg_USES})
    # A planted bug may leave something unused, and is one slow file of a quick program.
    target_compile_options(${buggy} PRIVATE -w -O0)
    if(NOT CMAKE_BUILD_TYPE STREQUAL "Release")
      set_target_properties(${buggy} PROPERTIES EXCLUDE_FROM_ALL ON)
    endif()
    add_dependencies(${program}_bugs ${buggy})
  endforeach()
endfunction()
