#include "promptdepth/train/skipped_frames.h"

#include "promptdepth/base/log.h"

namespace promptdepth {

void SkippedFrames::add_problem(const std::string& data_set, const std::string& problem) {
  {
    const std::lock_guard lock(mutex_);
    ++tallies_[data_set].problems;
  }
  if (!problem.empty()) log_warning("data set '{}': {}", data_set, problem);
}

void SkippedFrames::add_frame(const std::string& data_set, const std::string& frame,
                              const std::string& reason) {
  {
    const std::lock_guard lock(mutex_);
    if (!tallies_[data_set].frames.insert(frame).second) return;
  }
  log_warning("data set '{}': skipping frame '{}': {}", data_set, frame, reason);
}

std::size_t SkippedFrames::frame_count(const std::string& data_set) const {
  const std::lock_guard lock(mutex_);
  const auto found = tallies_.find(data_set);
  return found == tallies_.end() ? 0 : found->second.frames.size();
}

std::vector<std::string> SkippedFrames::summary() const {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> sentences;
  for (const auto& [name, tally] : tallies_) {
    sentences.push_back(fmt::format("data set '{}': {} frames skipped, {} problems in its folders",
                                    name, tally.frames.size(), tally.problems));
  }
  return sentences;
}

}  // namespace promptdepth
