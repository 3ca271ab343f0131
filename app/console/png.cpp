#include "app/console/png.h"

#include <zlib.h>

#include <cstdlib>

namespace {

// stb's own compressor is quick and weak; zlib makes the files a third smaller.
unsigned char* Compress(unsigned char* bytes, int length, int* out_length, int /*quality*/) {
  uLongf size = compressBound(static_cast<uLong>(length));
  auto* out = static_cast<unsigned char*>(std::malloc(size));
  if (out == nullptr) return nullptr;
  if (compress2(out, &size, bytes, static_cast<uLong>(length), 9) != Z_OK) {
    std::free(out);
    return nullptr;
  }
  *out_length = static_cast<int>(size);
  return out;
}

}  // namespace

#define STBIW_ZLIB_COMPRESS Compress
#define STB_IMAGE_WRITE_STATIC
#define STB_IMAGE_WRITE_IMPLEMENTATION
#include <stb/stb_image_write.h>

namespace satchel {

Result<> WritePng(const Picture& picture, const std::filesystem::path& file) {
  if (stbi_write_png(file.c_str(), picture.width, picture.height, 3, picture.rgb.data(),
                     picture.width * 3) == 0) {
    return Fail(ErrorCode::kIo, "cannot write the picture " + file.string() +
                                    " (does the folder exist, and may you write there?)");
  }
  return {};
}

}  // namespace satchel
