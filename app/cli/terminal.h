// Where the command line speaks: results on stdout, progress and messages on stderr.
#pragma once

#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

#include "policy/check/finding.h"
#include "policy/support/result.h"

namespace satchel {

class Terminal {
 public:
  // `live`: err is a terminal, so a progress bar may be redrawn in place.
  Terminal(std::istream& in, std::ostream& out, std::ostream& err, bool live)
      : in_(in), out_(out), err_(err), live_(live) {}

  [[nodiscard]] std::istream& in() { return in_; }
  [[nodiscard]] std::ostream& out() { return out_; }

  // "satchel: what: why (what to do)"
  void Complain(std::string_view message);
  void Complain(const Error& error) { Complain(error.message); }
  // "file.yaml:12:7: error: …"
  void Report(std::string_view file, const Finding& finding);
  void Note(std::string_view message);

  // On a terminal one line that is redrawn; elsewhere nothing until Milestone.
  void Progress(double fraction, std::string_view text);
  // A finished step: a line of its own where there is no bar.
  void Milestone(std::string_view text);
  // What is being done, where nobody can say how much of it is done: redrawn on a terminal, else
  // nothing.
  void Status(std::string_view text);
  void EndProgress();

 private:
  void ClearLine();

  std::istream& in_;
  std::ostream& out_;
  std::ostream& err_;
  bool live_;
  bool bar_shown_ = false;
};

// For a cell of a table: as Quoted shows it, without the quotes.
[[nodiscard]] std::string Clipped(std::string_view text, std::size_t most);

struct TextColumn {
  std::string title = {};
  bool right = false;
};
// Columns aligned with two blanks between them; widths in characters.
void PrintTable(std::ostream& out, const std::vector<TextColumn>& columns,
                const std::vector<std::vector<std::string>>& rows);

}  // namespace satchel
