// How text is asked for in $filter: services differ in what they lower, in blanks at the end and in
// wildcards, so a question that is not certain to mean the same everywhere is asked more widely.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/filter/odata_part.h"
#include "engine/filter/server_query.h"

namespace satchel {

// One condition on one text field. `path` is how the service is told the field, `what` how people
// are; what the service is not asked exactly goes to `unexpressed` as a sentence.
class ODataText {
 public:
  ODataText(const ODataDialect& dialect, const std::string& path, const std::string& what,
            std::vector<std::string>& unexpressed)
      : dialect_(dialect), path_(path), what_(what), unexpressed_(unexpressed) {}

  // like, begins-with, ends-with and their opposites.
  [[nodiscard]] Wide Pattern(const Condition& condition) const;
  // eq, ne, in, not-in and the orders.
  [[nodiscard]] Wide Compare(const Condition& condition) const;

 private:
  // [%] literal [%].
  struct SimplePattern {
    bool open_front = false;
    bool open_back = false;
    std::string text = {};
  };

  static std::optional<SimplePattern> Simple(std::string_view pattern);
  static std::string Call(const SimplePattern& pattern, const std::string& subject,
                          const std::string& text);
  std::string LowerCall(const SimplePattern& pattern, std::string_view lower) const;
  Wide Found(const SimplePattern& pattern) const;
  Wide PartFound(const std::string& lower) const;
  Wide WithoutIt(const SimplePattern& pattern) const;
  Wide SameText(std::string_view value) const;
  Wide Leave(std::string_view why) const;

  const ODataDialect& dialect_;
  const std::string& path_;
  const std::string& what_;
  std::vector<std::string>& unexpressed_;
};

}  // namespace satchel
