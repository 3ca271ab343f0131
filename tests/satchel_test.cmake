# satchel_test(NAME SOURCES … LIBRARIES … [LABELS …]): one test program, its cases found by CTest.
# Tests find golden files through the macro SATCHEL_SOURCE_DIR.
function(satchel_test name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LIBRARIES;LABELS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE ${ARG_LIBRARIES} satchel_warnings GTest::gtest GTest::gtest_main)
  target_compile_definitions(${name} PRIVATE SATCHEL_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  # What is tested is built as users get it; the tests themselves need no more than this, and they
  # are most of what a clean build compiles (measured: 5.8 s instead of 9.2 s for a typical file).
  target_compile_options(${name} PRIVATE $<$<CONFIG:Release>:-O1>)
  gtest_discover_tests(${name} DISCOVERY_TIMEOUT 60 PROPERTIES TIMEOUT 600 LABELS "${ARG_LABELS}")
endfunction()
