# Every third-party library, found once. docs/decisions/ says why each is here.
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)

find_package(yaml-cpp REQUIRED)
find_package(pugixml REQUIRED)
find_package(simdjson REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(CLI11 REQUIRED)
find_package(tl-expected REQUIRED)
find_package(date REQUIRED)
find_package(SQLite3 REQUIRED)
find_package(CURL REQUIRED)
find_package(ICU REQUIRED COMPONENTS uc i18n)
find_package(ZLIB REQUIRED)

# Keyring; without it secrets stay in memory.
pkg_check_modules(LIBSECRET IMPORTED_TARGET libsecret-1)

if(SATCHEL_CONSOLE)
  find_package(glfw3 REQUIRED)
  find_package(OpenGL REQUIRED)
  pkg_check_modules(IMGUI REQUIRED IMPORTED_TARGET imgui)
endif()

if(SATCHEL_TESTS)
  find_package(GTest REQUIRED)
  find_package(OpenSSL REQUIRED)  # The server of the TLS tests.
  find_package(rapidcheck CONFIG QUIET)
endif()
if(SATCHEL_BENCH)
  find_package(benchmark REQUIRED)
endif()
