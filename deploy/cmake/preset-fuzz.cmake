# libFuzzer harnesses under tests/fuzz; clang only.
set(CMAKE_C_COMPILER clang-14 CACHE STRING "")
set(CMAKE_C_FLAGS_DEBUG "-O1 -g" CACHE STRING "")
set(CMAKE_BUILD_TYPE Debug CACHE STRING "")
set(WF_SANITIZE "address,undefined" CACHE STRING "")
set(WF_FUZZ ON CACHE BOOL "")
