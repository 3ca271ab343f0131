// Points and rectangles in logical pixels. Panels lay themselves out by cutting rectangles.
#pragma once

#include <algorithm>
#include <cmath>

namespace satchel {

struct Point {
  float x = 0;
  float y = 0;
  friend bool operator==(const Point&, const Point&) = default;
};

struct Rect {
  float x0 = 0;
  float y0 = 0;
  float x1 = 0;
  float y1 = 0;

  [[nodiscard]] float width() const { return x1 - x0; }
  [[nodiscard]] float height() const { return y1 - y0; }
  [[nodiscard]] float cx() const { return (x0 + x1) / 2; }
  [[nodiscard]] float cy() const { return (y0 + y1) / 2; }
  [[nodiscard]] bool empty() const { return x1 <= x0 || y1 <= y0; }
  [[nodiscard]] bool Contains(Point p) const {
    return p.x >= x0 && p.x < x1 && p.y >= y0 && p.y < y1;
  }
  [[nodiscard]] Rect Inset(float dx, float dy) const {
    return {x0 + dx, y0 + dy, x1 - dx, y1 - dy};
  }
  [[nodiscard]] Rect Inset(float d) const { return Inset(d, d); }
  [[nodiscard]] Rect Clip(const Rect& to) const {
    return {std::max(x0, to.x0), std::max(y0, to.y0), std::min(x1, to.x1), std::min(y1, to.y1)};
  }

  // Cut… returns a strip and leaves the rest.
  Rect CutTop(float h) {
    const Rect strip = {x0, y0, x1, y0 + h};
    y0 += h;
    return strip;
  }
  Rect CutBottom(float h) {
    const Rect strip = {x0, y1 - h, x1, y1};
    y1 -= h;
    return strip;
  }
  Rect CutLeft(float w) {
    const Rect strip = {x0, y0, x0 + w, y1};
    x0 += w;
    return strip;
  }
  Rect CutRight(float w) {
    const Rect strip = {x1 - w, y0, x1, y1};
    x1 -= w;
    return strip;
  }
  friend bool operator==(const Rect&, const Rect&) = default;
};

[[nodiscard]] inline Rect At(float x, float y, float w, float h) {
  return {x, y, x + w, y + h};
}
[[nodiscard]] inline float Snap(float v) {
  return std::floor(v + 0.5F);
}

}  // namespace satchel
