# From interface definitions (idl/*.smithy) to libraries, by tools/smithyc, in the build tree.
#
#   add_aws_service(ecs PARTS 3)   # idl/ecs.smithy -> library api_ecs: "api/ecs_types.gen.h", "api/ecs_service.gen.h"
#   add_rows(idl/store.smithy SHAPES ecs)  # -> library rows: "rows/rows.gen.h"; SHAPES: services whose shapes it stores
file(GLOB SMITHYC_SOURCES CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/tools/smithyc/*.py)
set(SMITHYC ${Python3_EXECUTABLE} ${PROJECT_SOURCE_DIR}/tools/smithyc/main.py)
set(GENERATED_DIR ${PROJECT_BINARY_DIR}/generated)

function(add_generated_library name)
  cmake_parse_arguments(G "" "" "SRCS;HEADERS;DEPS" ${ARGN})
  add_library(${name} STATIC ${G_SRCS} ${G_HEADERS})
  target_include_directories(${name} PUBLIC ${PROJECT_SOURCE_DIR}/src ${GENERATED_DIR})
  target_link_libraries(${name} PUBLIC ${G_DEPS})
  # offsetof of a struct with a non-standard-layout member is conditionally supported; both compilers support it.
  target_compile_options(${name} PRIVATE -Wno-invalid-offsetof)
endfunction()

# One AWS service: its shapes, operations and errors. PARTS splits the tables, which compile in parallel.
function(add_aws_service svc)
  cmake_parse_arguments(S "" "PARTS" "" ${ARGN})
  if(NOT S_PARTS)
    set(S_PARTS 1)
  endif()
  set(idl ${PROJECT_SOURCE_DIR}/idl/${svc}.smithy)
  set(patches ${PROJECT_SOURCE_DIR}/idl/patches.smithy)
  set(headers ${svc}_types.gen.h ${svc}_tables.gen.h ${svc}_service.gen.h)
  set(sources ${svc}.gen.cc)
  foreach(part RANGE 1 ${S_PARTS})
    list(APPEND sources ${svc}_tables_${part}.gen.cc)
  endforeach()
  list(TRANSFORM headers PREPEND ${GENERATED_DIR}/api/)
  list(TRANSFORM sources PREPEND ${GENERATED_DIR}/api/)
  add_custom_command(
    OUTPUT ${headers} ${sources}
    COMMAND ${SMITHYC} service --out ${GENERATED_DIR}/api --parts ${S_PARTS} --patches ${patches} ${idl}
    DEPENDS ${idl} ${patches} ${SMITHYC_SOURCES}
    COMMENT "smithyc ${svc}" VERBATIM)
  add_generated_library(api_${svc} SRCS ${sources} HEADERS ${headers} DEPS aws_model base)
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
  set(headers rows.gen.h rows_tables.gen.h)
  set(sources rows.gen.cc rows_tables.gen.cc)
  list(TRANSFORM headers PREPEND ${GENERATED_DIR}/rows/)
  list(TRANSFORM sources PREPEND ${GENERATED_DIR}/rows/)
  add_custom_command(
    OUTPUT ${headers} ${sources}
    COMMAND ${SMITHYC} rows --out ${GENERATED_DIR}/rows ${idls}
    DEPENDS ${idls} ${SMITHYC_SOURCES}
    COMMENT "smithyc rows" VERBATIM)
  add_generated_library(rows SRCS ${sources} HEADERS ${headers} DEPS ${deps})
endfunction()
