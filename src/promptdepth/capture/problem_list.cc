#include "promptdepth/capture/problem_list.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace promptdepth {

void ProblemList::add(std::string_view kind, std::string_view detail) {
  const auto found = std::find_if(entries_.begin(), entries_.end(), [&](const Entry& entry) {
    return entry.kind == kind && entry.count > 0;
  });
  if (found != entries_.end()) {
    ++found->count;
  } else {
    entries_.push_back(
        {.kind = std::string(kind), .first_detail = std::string(detail), .count = 1});
  }
}

void ProblemList::add_remark(std::string remark) {
  entries_.push_back({.kind = std::move(remark), .first_detail = {}});
}

std::vector<std::string> ProblemList::sentences() const {
  std::vector<std::string> sentences;
  for (const Entry& entry : entries_) {
    std::string sentence = entry.kind;
    if (entry.count > 0) sentence += fmt::format(": {}", entry.count);
    if (!entry.first_detail.empty()) {
      sentence += fmt::format("{}{}", entry.count > 1 ? ", the first: " : ", ", entry.first_detail);
    }
    sentences.push_back(std::move(sentence));
  }
  return sentences;
}

}  // namespace promptdepth
