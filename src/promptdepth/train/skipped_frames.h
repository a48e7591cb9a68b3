#pragma once

#include <cstddef>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

namespace promptdepth {

/// What is missing or broken in the data sets of a run: named in the log when it is first met, then
/// skipped, and counted. Thread-safe.
class SkippedFrames {
 public:
  /// Something that listing the data set's files found; an empty one is counted and not named.
  void add_problem(const std::string& data_set, const std::string& problem);

  /// A frame that cannot be used. Only the first time counts.
  void add_frame(const std::string& data_set, const std::string& frame, const std::string& reason);

  /// Frames of one data set.
  std::size_t frame_count(const std::string& data_set) const;

  /// A sentence for each data set of which something was skipped.
  std::vector<std::string> summary() const;

 private:
  struct Tally {
    std::size_t problems = 0;
    std::set<std::string> frames = {};
  };

  mutable std::mutex mutex_;
  std::map<std::string, Tally> tallies_;
};

}  // namespace promptdepth
