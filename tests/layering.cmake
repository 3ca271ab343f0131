# Fails when a layer includes a header of a layer above it, when a third-party header leaks out of the
# files that own it, or when a public header exposes a third-party type.
set(order policy engine preview app)

function(check module glob pattern why)
  file(GLOB_RECURSE files ${ROOT}/${module}/${glob})
  foreach(file ${files})
    file(STRINGS ${file} bad REGEX "^#include [<\"](${pattern})")
    if(bad)
      message(SEND_ERROR "${file}: ${bad} -- ${why}")
    endif()
  endforeach()
endfunction()

set(above ${order})
foreach(module ${order})
  list(REMOVE_ITEM above ${module})
  if(above)
    string(REPLACE ";" "/|" pattern "${above}")
    check(${module} "*.h" "(${pattern})/" "${module} may not know the layers above it")
    check(${module} "*.cpp" "(${pattern})/" "${module} may not know the layers above it")
  endif()
endforeach()

foreach(module policy engine preview)
  check(${module} "*" "imgui|GLFW/" "only app draws")
endforeach()
check(app/sandbox "*" "preview/" "the sandbox is a server: it may not know previews")
check(app/cli "*" "imgui|GLFW/|app/console|app/sandbox" "the command line needs no window and no sandbox")

# tl::expected is our Result; every other library stays inside .cpp files.
foreach(module policy engine preview)
  check(${module} "*.h"
    "sqlite3|curl/|yaml-cpp|pugixml|simdjson|nlohmann|fmt/|spdlog|CLI/|httplib|unicode/|date/"
    "a public header may not expose a third-party type")
endforeach()

# One name, one type: two of the same name in one namespace crash in whichever program links both, and
# neither compiler nor linker says so.
file(GLOB_RECURSE headers ${ROOT}/policy/*.h ${ROOT}/engine/*.h ${ROOT}/preview/*.h ${ROOT}/app/*.h)
foreach(header ${headers})
  file(STRINGS ${header} scope REGEX "^namespace [a-z_:]+ {")
  file(STRINGS ${header} types REGEX "^(class|struct|enum class) [A-Za-z]+( [:a-z_A-Z, ]+)? {")
  foreach(type ${types})
    string(REGEX REPLACE "^(class|struct|enum class) ([A-Za-z]+).*" "\\2" name "${type}")
    string(MAKE_C_IDENTIFIER "${scope} ${name}" id)
    if(DEFINED defined_in_${id})
      message(SEND_ERROR "${header}: ${name} is also defined in ${defined_in_${id}} -- rename one of them")
    endif()
    set(defined_in_${id} ${header})
  endforeach()
endforeach()
