# From interface definitions (idl/*.smithy) to libraries, by tools/smithyc, in the build tree.
#
#   add_aws_service(ecs PARTS 4)   # idl/ecs.smithy -> library api_ecs: "api/ecs/run_task.gen.h", "api/ecs_service.gen.h"
#   add_rows(idl/store.smithy SHAPES ecs)  # -> library rows: "rows/rows.gen.h"; SHAPES: services whose shapes it stores
file(GLOB SMITHYC_SOURCES CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/tools/smithyc/*.py)
set(SMITHYC ${Python3_EXECUTABLE} ${PROJECT_SOURCE_DIR}/tools/smithyc/main.py)
set(GENERATED_DIR ${PROJECT_BINARY_DIR}/generated)

function(add_generated_library name)
  cmake_parse_arguments(G "" "" "SRCS;DEPS" ${ARGN})
  add_library(${name} STATIC ${G_SRCS})
  target_include_directories(${name} PUBLIC ${PROJECT_SOURCE_DIR}/src ${GENERATED_DIR})
  target_link_libraries(${name} PUBLIC ${G_DEPS})
  # offsetof of a struct with a non-standard-layout member is conditionally supported; both compilers support it.
  target_compile_options(${name} PRIVATE -Wno-invalid-offsetof)
endfunction()

# Runs smithyc: lists what it will write now, so that ninja knows every file, and writes it when building.
function(add_smithyc_outputs result)
  cmake_parse_arguments(C "" "NAME" "ARGS;DEPENDS" ${ARGN})
  execute_process(COMMAND ${SMITHYC} ${C_ARGS} --list OUTPUT_VARIABLE files COMMAND_ERROR_IS_FATAL ANY)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${C_DEPENDS} ${SMITHYC_SOURCES})
  add_custom_command(
    OUTPUT ${files}
    COMMAND ${SMITHYC} ${C_ARGS}
    DEPENDS ${C_DEPENDS} ${SMITHYC_SOURCES}
    COMMENT "smithyc ${C_NAME}" VERBATIM)
  set(${result} ${files} PARENT_SCOPE)
endfunction()

# One AWS service: its shapes, operations and errors. PARTS splits the tables, which compile in parallel.
function(add_aws_service svc)
  cmake_parse_arguments(S "" "PARTS" "" ${ARGN})
  if(NOT S_PARTS)
    set(S_PARTS 1)
  endif()
  set(idl ${PROJECT_SOURCE_DIR}/idl/${svc}.smithy)
  set(patches ${PROJECT_SOURCE_DIR}/idl/patches.smithy)
  add_smithyc_outputs(files NAME ${svc} DEPENDS ${idl} ${patches}
    ARGS service --out ${GENERATED_DIR}/api --parts ${S_PARTS} --patches ${patches} ${idl})
  add_generated_library(api_${svc} SRCS ${files} DEPS aws_model base)
endfunction()

# The stored rows.
function(add_rows store)
  cmake_parse_arguments(R "" "" "SHAPES" ${ARGN})
  set(idls ${PROJECT_SOURCE_DIR}/${store})
  set(deps aws_model base)
  foreach(svc ${R_SHAPES})
    list(APPEND idls ${PROJECT_SOURCE_DIR}/idl/${svc}.smithy)
    list(APPEND deps api_${svc})
  endforeach()
  add_smithyc_outputs(files NAME rows DEPENDS ${idls} ARGS rows --out ${GENERATED_DIR}/rows ${idls})
  add_generated_library(rows SRCS ${files} DEPS ${deps})
endfunction()
