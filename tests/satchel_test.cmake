# satchel_test(NAME SOURCES … LIBRARIES … [LABELS …]): one test program, its cases found by CTest.
# Tests find golden files through the macro SATCHEL_SOURCE_DIR.
function(satchel_test name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LIBRARIES;LABELS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE ${ARG_LIBRARIES} satchel_warnings GTest::gtest GTest::gtest_main)
  target_compile_definitions(${name} PRIVATE SATCHEL_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  gtest_discover_tests(${name} DISCOVERY_TIMEOUT 60 PROPERTIES TIMEOUT 600 LABELS "${ARG_LABELS}")
endfunction()
