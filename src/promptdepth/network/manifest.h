#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "promptdepth/tensor/weight_file.h"

namespace promptdepth {

/// The tensors a network expects: the one list that checking, seeded weights and parameter counts
/// come from.
class Manifest {
 public:
  void require(std::string name, Shape shape) { add(std::move(name), shape, true); }
  /// A tensor that published files carry though nothing reads it.
  void allow(std::string name, Shape shape) { add(std::move(name), shape, false); }

  /// "<name>.weight" of `weight` and "<name>.bias" with as many elements as `outputs`.
  void require_layer(const std::string& name, Shape weight, std::int64_t outputs);

  /// All of them, as float32.
  std::vector<TensorInfo> tensors() const;

  /// Elements of all parameters; buffers ("_mean", "_std") do not count.
  std::int64_t parameter_count() const;

  /// Throws Error(kInvalidData) with the first names unless `weights` has exactly these tensors;
  /// `where` says whose they are.
  void check(const WeightFile& weights, std::string_view model) const;

 private:
  struct Entry {
    std::string name;
    Shape shape;
    bool required;
  };

  void add(std::string name, Shape shape, bool required) {
    entries_.push_back({std::move(name), shape, required});
  }

  std::vector<Entry> entries_;
};

}  // namespace promptdepth
