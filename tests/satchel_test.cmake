# satchel_test(NAME SOURCES … LIBRARIES … [LABELS …] [TOGETHER …]): one test program, its cases found by
# CTest. Those of the tests TOGETHER (SUITE.TEST, with many parameters each) run in one process per
# test, where starting one costs more than the case.
# Tests find golden files through the macro SATCHEL_SOURCE_DIR.

# Those in which threads meet: what ThreadSanitizer is for. They have the label "threads", and the
# target threaded_tests builds them alone.
set(SATCHEL_THREADED_TESTS
  app_console_test cli_sandbox_test cli_test connector_test engine_device_test engine_sync_test
  http_test interop_sandbox_test preview_test preview_working_set_test sandbox_http_test
  sandbox_max_records_test sandbox_web_api_test server_test)
add_custom_target(threaded_tests)

function(satchel_test name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LIBRARIES;LABELS;TOGETHER" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE ${ARG_LIBRARIES} satchel_warnings GTest::gtest GTest::gtest_main)
  target_compile_definitions(${name} PRIVATE SATCHEL_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  # What is tested is built as users get it; the tests themselves need no more than this, and they
  # are most of what a clean build compiles.
  target_compile_options(${name} PRIVATE $<$<NOT:$<CONFIG:Debug>>:-O0>)
  if(name IN_LIST SATCHEL_THREADED_TESTS)
    add_dependencies(threaded_tests ${name})
    list(APPEND ARG_LABELS threads)
  endif()
  set(alone "*")
  if(ARG_TOGETHER)
    list(TRANSFORM ARG_TOGETHER REPLACE "(.+)" "*/\\1/*" OUTPUT_VARIABLE together)
    list(JOIN together ":" together)
    set(alone "-${together}")
  endif()
  foreach(test IN LISTS ARG_TOGETHER)
    add_test(NAME ${test} COMMAND ${name} "--gtest_filter=*/${test}/*" --gtest_brief=1)
    set_tests_properties(${test} PROPERTIES TIMEOUT 3600 LABELS "${ARG_LABELS}")
  endforeach()
  gtest_discover_tests(${name} TEST_FILTER "${alone}" DISCOVERY_TIMEOUT 60
    PROPERTIES TIMEOUT 600 LABELS "${ARG_LABELS}")
endfunction()
