// What the server accepts, each number with its reason.
#pragma once

#include <chrono>
#include <cstddef>

namespace satchel::sandbox {

// Dataverse takes GET URLs of up to 32 768 characters; the method and the version come on top.
inline constexpr std::size_t kMaxRequestLine = 32'768 + 64;
// All headers of a request together; bearer tokens are a few kilobytes.
inline constexpr std::size_t kMaxHeaderBytes = 64 * 1024;
// A batch of 1 000 operations with attachments.
inline constexpr std::size_t kMaxBodyBytes = 128u << 20;
// Connections beyond it are closed at once.
inline constexpr std::size_t kMaxConnections = 512;
// A kept-alive connection with nothing to say is closed after this.
inline constexpr std::chrono::seconds kIdleTimeout{120};
// Below it, compressing costs more than it saves.
inline constexpr std::size_t kMinGzipBytes = 1024;

}  // namespace satchel::sandbox
