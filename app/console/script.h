// Clicks and keys from a file, for pictures and demonstrations: one per line, # begins a comment.
//   click ID · type TEXT · key [ctrl+][shift+][alt+]NAME · wheel NOTCHES · wait · shot FILE.png
#pragma once

#include <functional>
#include <string>

#include "app/console/application.h"

namespace satchel {

// `frame` draws one frame, `settle` draws until all jobs are done, `shoot` writes a picture.
[[nodiscard]] Result<> PlayScript(const std::string& file, Application& app,
                                  const std::function<void()>& frame,
                                  const std::function<void()>& settle,
                                  const std::function<Result<>(const std::string&)>& shoot);

// The pieces, for tests. False: there is no such control on screen.
[[nodiscard]] bool Click(const std::string& id, Application& app,
                         const std::function<void()>& frame);
void TypeKey(compat::Key key, bool ctrl, bool shift, const std::function<void()>& frame,
             bool alt = false);

}  // namespace satchel
