# Warnings for our own targets only; third-party headers are SYSTEM.
add_library(satchel_warnings INTERFACE)
target_compile_options(satchel_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wnon-virtual-dtor)
