# One module, one paragraph: a static library, its headers compiled alone, its tests registered with ctest.
#
#   add_module(decide_services
#     SRCS  plan.cc rules.cc
#     DEPS  store_tx base            # modules and system libraries; what is not named cannot be linked
#     TESTS plan_test.cc             # one test program, `decide_services_test`
#     LABELS host                    # optional ctest labels of the tests: host (needs root), slow
#     ROWS)                          # most files use rows: compile them with the precompiled rows and standard library
#
# tools/check_layers checks on every build that DEPS and includes point the right way (docs/architecture.md).
function(add_module name)
  cmake_parse_arguments(M "ROWS" "" "SRCS;DEPS;TESTS;TEST_DEPS;LABELS" ${ARGN})
  if(M_SRCS)
    add_library(${name} STATIC ${M_SRCS})
    target_include_directories(${name} PUBLIC ${PROJECT_SOURCE_DIR}/src)
    target_link_libraries(${name} PUBLIC ${M_DEPS})
    if(M_ROWS)
      target_precompile_headers(${name} REUSE_FROM rows_precompiled)
      target_compile_options(${name} PRIVATE ${PRECOMPILED_OPTIONS})
    endif()
  else()
    add_library(${name} INTERFACE)
    target_include_directories(${name} INTERFACE ${PROJECT_SOURCE_DIR}/src)
    target_link_libraries(${name} INTERFACE ${M_DEPS})
  endif()
  if(M_TESTS AND ROADSTEAD_TESTS)
    add_test_program(${name}_test SRCS ${M_TESTS} DEPS ${name} ${M_TEST_DEPS} LABELS ${M_LABELS})
  endif()
endfunction()

# Without a time in it, ccache can know a precompiled header again (./dev sets its sloppiness).
set(PRECOMPILED_OPTIONS $<$<CXX_COMPILER_ID:Clang>:SHELL:-Xclang -fno-pch-timestamp>)

# A GoogleTest program registered with ctest under its own name.
function(add_test_program name)
  cmake_parse_arguments(T "" "TIMEOUT" "SRCS;DEPS;LABELS" ${ARGN})
  if(NOT ROADSTEAD_TESTS)
    return()
  endif()
  if(NOT T_TIMEOUT)
    set(T_TIMEOUT 300)
  endif()
  add_executable(${name} ${T_SRCS})
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR}/src ${PROJECT_SOURCE_DIR}/test)
  target_link_libraries(${name} PRIVATE ${T_DEPS} GTest::gtest_main)
  add_test(NAME ${name} COMMAND ${name})
  set_tests_properties(${name} PROPERTIES TIMEOUT ${T_TIMEOUT} LABELS "${T_LABELS}")
endfunction()
