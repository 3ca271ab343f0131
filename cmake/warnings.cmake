# Warnings for our own targets only; third-party headers are SYSTEM.
add_library(satchel_warnings INTERFACE)
target_compile_options(satchel_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wnon-virtual-dtor)
# With optimisation GCC 12 sees overlapping copies in "text" + std::string where there are none
# (GCC bug 105651, fixed in 13), and members of a variant used before they are set where the variant
# holds another; of several sources compiled as one it sees more of it.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  target_compile_options(satchel_warnings INTERFACE
    "$<$<NOT:$<CONFIG:Debug>>:-Wno-restrict;-Wno-maybe-uninitialized>")
endif()
