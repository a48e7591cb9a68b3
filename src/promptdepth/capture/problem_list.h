#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace promptdepth {

/// What is wrong with a recording, gathered by kind: however often it happens, a kind is one
/// sentence with the number of cases and the first of them.
class ProblemList {
 public:
  /// `kind` is what goes before the count, such as "frames skipped"; `detail` says more of one case
  /// and may be empty.
  void add(std::string_view kind, std::string_view detail);

  /// A remark that stands for itself, without a count.
  void add_remark(std::string remark);

  bool empty() const { return entries_.empty(); }

  /// A sentence each, in the order in which the kinds first happened.
  std::vector<std::string> sentences() const;

 private:
  struct Entry {
    std::string kind;
    std::string first_detail;
    std::size_t count = 0;  ///< 0 for a remark.
  };

  std::vector<Entry> entries_;
};

}  // namespace promptdepth
