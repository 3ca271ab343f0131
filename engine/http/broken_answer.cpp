#include "engine/http/broken_answer.h"

namespace satchel {

tl::unexpected<Error> BrokenAnswer(const std::string& what) {
  return Fail(ErrorCode::kCorrupt,
              what + " (try again; if it stays so, ask whoever runs the server)");
}

}  // namespace satchel
