#include "app/console/soft_raster.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <utility>

namespace satchel {
namespace {

struct Target {
  Picture* picture;
  compat::Atlas atlas;
  // Of the draw command, in pixels; x1 and y1 are outside.
  int x0 = 0, y0 = 0, x1 = 0, y1 = 0;

  // Bilinear coverage at (u, v), 0 … 1.
  [[nodiscard]] float Sample(float u, float v) const {
    const float x = u * static_cast<float>(atlas.width) - 0.5F;
    const float y = v * static_cast<float>(atlas.height) - 0.5F;
    const float fx0 = std::floor(x);
    const float fy0 = std::floor(y);
    const int ix = static_cast<int>(fx0);
    const int iy = static_cast<int>(fy0);
    const int left = std::clamp(ix, 0, atlas.width - 1);
    const int right = std::clamp(ix + 1, 0, atlas.width - 1);
    const unsigned char* top = atlas.pixels + std::clamp(iy, 0, atlas.height - 1) * atlas.width;
    const unsigned char* low = atlas.pixels + std::clamp(iy + 1, 0, atlas.height - 1) * atlas.width;
    const float tx = x - fx0;
    const float ty = y - fy0;
    const float a = static_cast<float>(top[left]) * (1 - tx) + static_cast<float>(top[right]) * tx;
    const float b = static_cast<float>(low[left]) * (1 - tx) + static_cast<float>(low[right]) * tx;
    return (a * (1 - ty) + b * ty) / 255.0F;
  }

  void Blend(int x, int y, float r, float g, float b, float alpha) const {
    if (alpha <= 0) return;
    std::uint8_t* pixel = picture->rgb.data() +
                          (static_cast<std::size_t>(y) * static_cast<std::size_t>(picture->width) +
                           static_cast<std::size_t>(x)) *
                              3;
    const auto mix = [alpha](std::uint8_t under, float over) {
      const auto base = static_cast<float>(under);
      return static_cast<std::uint8_t>(base + (over - base) * alpha + 0.5F);
    };
    pixel[0] = mix(pixel[0], r);
    pixel[1] = mix(pixel[1], g);
    pixel[2] = mix(pixel[2], b);
  }
};

struct Corner {
  float x, y, u, v, r, g, b, a;
};

Corner Unpack(const ImDrawVert& vertex, const ImDrawData& data) {
  const auto channel = [&](int shift) { return static_cast<float>((vertex.col >> shift) & 255U); };
  return {(vertex.pos.x - data.DisplayPos.x) * data.FramebufferScale.x,
          (vertex.pos.y - data.DisplayPos.y) * data.FramebufferScale.y,
          vertex.uv.x,
          vertex.uv.y,
          channel(0),
          channel(8),
          channel(16),
          channel(24) / 255.0F};
}

// An edge as a half plane: inside when value ≥ 0, and on the line only for top and left edges, so
// that two triangles that share an edge never both draw its pixels. The value is computed from the
// edge's upper end whichever way the triangle runs along it: rounding then is the same for both
// neighbours, and no pixel falls between them.
struct Edge {
  double ox, oy, dx, dy, sign;
  bool owns_line;

  Edge(const Corner& from, const Corner& to)
      : owns_line(to.y < from.y || (to.y == from.y && to.x > from.x)) {
    const bool down = from.y < to.y || (from.y == to.y && from.x < to.x);
    const Corner& upper = down ? from : to;
    const Corner& lower = down ? to : from;
    ox = upper.x;
    oy = upper.y;
    dx = static_cast<double>(lower.x) - upper.x;
    dy = static_cast<double>(lower.y) - upper.y;
    sign = down ? 1 : -1;
  }
  [[nodiscard]] float ValueAt(float x, float y) const {
    return static_cast<float>(sign * (dx * (y - oy) - dy * (x - ox)));
  }
  [[nodiscard]] bool Inside(float value) const { return value > 0 || (value == 0 && owns_line); }
};

void DrawTriangle(const Target& target, Corner a, Corner b, Corner c) {
  const float area = (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x);
  if (area == 0) return;
  if (area < 0) std::swap(b, c);
  const float inverse = 1 / std::abs(area);
  const int x0 = std::max(target.x0, static_cast<int>(std::floor(std::min({a.x, b.x, c.x}))));
  const int x1 = std::min(target.x1, static_cast<int>(std::ceil(std::max({a.x, b.x, c.x}))));
  const int y0 = std::max(target.y0, static_cast<int>(std::floor(std::min({a.y, b.y, c.y}))));
  const int y1 = std::min(target.y1, static_cast<int>(std::ceil(std::max({a.y, b.y, c.y}))));
  if (x0 >= x1 || y0 >= y1) return;

  const Edge bc(b, c);
  const Edge ca(c, a);
  const Edge ab(a, b);
  const bool one_colour = a.r == b.r && b.r == c.r && a.g == b.g && b.g == c.g && a.b == b.b &&
                          b.b == c.b && a.a == b.a && b.a == c.a;
  const bool one_texel = a.u == b.u && b.u == c.u && a.v == b.v && b.v == c.v;
  const float solid = one_texel ? target.Sample(a.u, a.v) : 0;
  if (one_texel && one_colour && solid * a.a <= 0) return;

  for (int y = y0; y < y1; ++y) {
    const float py = static_cast<float>(y) + 0.5F;
    for (int x = x0; x < x1; ++x) {
      const float px = static_cast<float>(x) + 0.5F;
      const float va = bc.ValueAt(px, py);
      const float vb = ca.ValueAt(px, py);
      const float vc = ab.ValueAt(px, py);
      if (!bc.Inside(va) || !ca.Inside(vb) || !ab.Inside(vc)) continue;
      const float wa = va * inverse;
      const float wb = vb * inverse;
      const float wc = vc * inverse;
      const float texel =
          one_texel ? solid
                    : target.Sample(wa * a.u + wb * b.u + wc * c.u, wa * a.v + wb * b.v + wc * c.v);
      if (one_colour) {
        target.Blend(x, y, a.r, a.g, a.b, a.a * texel);
      } else {
        target.Blend(x, y, wa * a.r + wb * b.r + wc * c.r, wa * a.g + wb * b.g + wc * c.g,
                     wa * a.b + wb * b.b + wc * c.b, (wa * a.a + wb * b.a + wc * c.a) * texel);
      }
    }
  }
}

}  // namespace

Picture Rasterise(const ImDrawData& draw_data, const compat::Atlas& atlas) {
  Picture picture;
  picture.width = static_cast<int>(draw_data.DisplaySize.x * draw_data.FramebufferScale.x + 0.5F);
  picture.height = static_cast<int>(draw_data.DisplaySize.y * draw_data.FramebufferScale.y + 0.5F);
  picture.rgb.assign(
      static_cast<std::size_t>(picture.width) * static_cast<std::size_t>(picture.height) * 3, 0);
  Target target{&picture, atlas};

  for (int n = 0; n < draw_data.CmdListsCount; ++n) {
    const ImDrawList& list = *draw_data.CmdLists[n];
    for (const ImDrawCmd& command : list.CmdBuffer) {
      if (command.UserCallback != nullptr) continue;
      const float sx = draw_data.FramebufferScale.x;
      const float sy = draw_data.FramebufferScale.y;
      const auto clip = [](float v, int most) { return std::clamp(static_cast<int>(v), 0, most); };
      target.x0 = clip((command.ClipRect.x - draw_data.DisplayPos.x) * sx, picture.width);
      target.y0 = clip((command.ClipRect.y - draw_data.DisplayPos.y) * sy, picture.height);
      target.x1 = clip((command.ClipRect.z - draw_data.DisplayPos.x) * sx, picture.width);
      target.y1 = clip((command.ClipRect.w - draw_data.DisplayPos.y) * sy, picture.height);
      const ImDrawIdx* index = list.IdxBuffer.Data + command.IdxOffset;
      const ImDrawVert* vertices = list.VtxBuffer.Data + command.VtxOffset;
      for (unsigned i = 0; i + 2 < command.ElemCount; i += 3) {
        DrawTriangle(target, Unpack(vertices[index[i]], draw_data),
                     Unpack(vertices[index[i + 1]], draw_data),
                     Unpack(vertices[index[i + 2]], draw_data));
      }
    }
  }
  return picture;
}

}  // namespace satchel
