#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "promptdepth/capture/frame.h"

namespace promptdepth {

/// The frames of a data set on disk, by number, in an order that depends on their names alone.
/// Opening one lists its files; frames are read one at a time, from any thread.
class DataSet {
 public:
  virtual ~DataSet() = default;

  virtual std::size_t size() const = 0;
  virtual std::string frame_name(std::size_t index) const = 0;

  /// Frame `index`, below size(), with an image and an annotated or pseudo depth of its size.
  /// Throws Error(kIo) or Error(kInvalidData) that names the file when one of the frame's is
  /// missing or broken.
  virtual Frame read(std::size_t index) const = 0;

  /// What listing the files found missing or broken, a sentence each.
  const std::vector<std::string>& problems() const { return problems_; }

 protected:
  void add_problem(std::string problem) { problems_.push_back(std::move(problem)); }

 private:
  std::vector<std::string> problems_;
};

}  // namespace promptdepth
