# Optimised a little: an unoptimised sanitizer build is several times slower and finds no more.
set(CMAKE_C_FLAGS_DEBUG "-O1 -g" CACHE STRING "")
set(CMAKE_BUILD_TYPE Debug CACHE STRING "")
set(WF_SANITIZE "address,undefined" CACHE STRING "")
