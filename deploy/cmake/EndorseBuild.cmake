# How every target of the project is built: language, warnings, sanitizers, and the three helpers
# wf_library, wf_program and wf_test.
set(CMAKE_C_STANDARD 17)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release)
endif()

set(WF_SANITIZE "" CACHE STRING "empty, address,undefined or thread")
option(WF_FUZZ "build the libFuzzer harnesses (clang only)" OFF)

find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_C_COMPILER_LAUNCHER ${CCACHE})
endif()

add_library(wf_instrument INTERFACE) # reaches generated code too
# A plain if(): the comma in "address,undefined" breaks a generator expression.
if(WF_SANITIZE)
  target_compile_options(wf_instrument INTERFACE -fsanitize=${WF_SANITIZE} -fno-omit-frame-pointer
                                                 -fno-sanitize-recover=all -g)
  target_link_options(wf_instrument INTERFACE -fsanitize=${WF_SANITIZE})
endif()

if(WF_FUZZ)
  target_compile_options(wf_instrument INTERFACE -fsanitize=fuzzer-no-link) # coverage for the fuzzer
endif()

add_library(wf_warnings INTERFACE) # our own code only
target_compile_options(
  wf_warnings
  INTERFACE -Wall -Wextra -Werror -Wshadow -Wformat=2 -Wconversion -Wstrict-prototypes
            -Wmissing-prototypes -Wswitch-enum -Wvla -Wundef -Wwrite-strings
            -fstack-protector-strong)
if(CMAKE_C_COMPILER_ID MATCHES Clang)
  target_compile_options(wf_warnings INTERFACE -Wno-string-conversion) # WF_ASSERT(!"a sentence")
endif()
target_compile_definitions(wf_warnings INTERFACE _GNU_SOURCE)

# wf_library(name [DEPENDS public...] [PRIVATE private...]): every .c of the folder; headers of the
# folder are visible to whoever links it, and to nobody else: a wrong include does not compile.
function(wf_library name)
  cmake_parse_arguments(A "" "" "DEPENDS;PRIVATE;SOURCES" ${ARGN})
  if(NOT A_SOURCES)
    file(GLOB A_SOURCES CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.c)
    list(FILTER A_SOURCES EXCLUDE REGEX "/main\\.c$")
  endif()
  if(A_SOURCES)
    add_library(${name} STATIC ${A_SOURCES})
    target_include_directories(${name} PUBLIC ${CMAKE_CURRENT_SOURCE_DIR})
    target_link_libraries(${name} PUBLIC ${A_DEPENDS} PRIVATE ${A_PRIVATE} wf_instrument wf_warnings)
  else() # headers only
    add_library(${name} INTERFACE)
    target_include_directories(${name} INTERFACE ${CMAKE_CURRENT_SOURCE_DIR})
    target_link_libraries(${name} INTERFACE ${A_DEPENDS})
  endif()
endfunction()

add_custom_target(programs) # what deploy/run needs, and no test

# wf_program(name LINKS libs...): main.c of the folder becomes build/bin/<name>.
function(wf_program name)
  cmake_parse_arguments(A "" "" "LINKS" ${ARGN})
  add_executable(${name} ${CMAKE_CURRENT_SOURCE_DIR}/main.c)
  target_link_libraries(${name} PRIVATE ${A_LINKS} wf_instrument wf_warnings)
  add_dependencies(programs ${name})
endfunction()

# wf_test(file.c LABEL label [LINKS libs...]): one Check program, one CTest entry of the same name.
function(wf_test source)
  cmake_parse_arguments(A "" "LABEL" "LINKS" ${ARGN})
  get_filename_component(name ${source} NAME_WE)
  add_executable(${name} ${source})
  target_link_libraries(${name} PRIVATE ${A_LINKS} PkgConfig::CHECK wf_instrument wf_warnings)
  target_compile_definitions(${name} PRIVATE WF_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
  add_test(NAME ${name} COMMAND ${name} WORKING_DIRECTORY ${CMAKE_BINARY_DIR})
  set(environment "UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1"
                  "TSAN_OPTIONS=ignore_noninstrumented_modules=1" "G_SLICE=always-malloc")
  if(WF_SANITIZE)
    list(APPEND environment "CK_FORK=no") # leaks must not be blurred by a forked parent's memory
  endif()
  set_tests_properties(${name} PROPERTIES LABELS ${A_LABEL} TIMEOUT 120 ENVIRONMENT "${environment}")
endfunction()
