#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <hwy/targets.h>

#include "promptdepth/backend/conformance/error_model.h"
#include "promptdepth/backend/cpu/values.h"
#include "promptdepth/base/random.h"
#include "promptdepth/base/threads.h"

// What tests of this backend's kernels share: instruction sets, guarded memory, random values.

namespace promptdepth::cpu {

/// Every instruction set that the kernels are compiled for, whether this processor has it or not.
inline std::vector<std::int64_t> generated_targets() {
  std::vector<std::int64_t> targets;
  for (std::int64_t rest = HWY_TARGETS; rest != 0; rest &= rest - 1) {
    targets.push_back(rest & -rest);
  }
  return targets;
}

/// Until its end, kernels run with one instruction set.
class WithTarget {
 public:
  explicit WithTarget(std::int64_t target) { choose(target); }
  ~WithTarget() { choose(0); }
  WithTarget(const WithTarget&) = delete;
  WithTarget& operator=(const WithTarget&) = delete;

  static bool is_supported(std::int64_t target) { return (hwy::SupportedTargets() & target) != 0; }

 private:
  static void choose(std::int64_t target) {  // 0: all that the processor has.
    hwy::SetSupportedTargetsForTest(target);
    hwy::GetChosenTarget().Update(hwy::SupportedTargets());
  }
};

/// A test that runs with each instruction set; where the processor lacks one, it says so and is
/// skipped.
class EachTarget : public ::testing::TestWithParam<std::int64_t> {
 protected:
  void SetUp() override {
    if (!WithTarget::is_supported(GetParam())) {
      GTEST_SKIP() << "no " << hwy::TargetName(GetParam());
    }
    target_.emplace(GetParam());
  }

 private:
  std::optional<WithTarget> target_;
};

inline std::string name_of_target(const ::testing::TestParamInfo<std::int64_t>& info) {
  return hwy::TargetName(info.param);
}

/// Until its end, parallel loops use this many threads.
class WithThreads {
 public:
  explicit WithThreads(int count) : before_(thread_count()) { set_thread_count(count); }
  ~WithThreads() { set_thread_count(before_); }
  WithThreads(const WithThreads&) = delete;
  WithThreads& operator=(const WithThreads&) = delete;

 private:
  int before_;
};

inline constexpr DType kStorageTypes[] = {DType::kF32, DType::kBF16};

/// Element counts around every vector width, and around four vectors of the widest.
inline std::vector<std::int64_t> counts_around_vectors() {
  std::vector<std::int64_t> counts(35);
  for (std::size_t i = 0; i < counts.size(); ++i) counts[i] = static_cast<std::int64_t>(i) + 1;
  counts.insert(counts.end(), {47, 48, 49, 63, 64, 65, 67, 100, 127, 128, 129});
  return counts;
}

inline float rounded(DType dtype, float value) {
  return dtype == DType::kBF16 ? BFloat16::from_float(value).to_float() : value;
}

/// Half the distance between numbers of the type around `value`.
inline double rounding_of(DType dtype, double value) {
  return (dtype == DType::kBF16 ? kBF16Unit : kF32Unit) * std::abs(value) + kSmallestNormal;
}

/// Elements of one type that begin `misalignment` elements after a multiple of 64 bytes, with NaN
/// on both sides: what is read there spoils a result, and what is written there is noticed.
class Guarded {
 public:
  /// All NaN: an element that nobody writes is noticed, too.
  Guarded(DType dtype, std::int64_t count, std::int64_t misalignment = 1)
      : dtype_(dtype),
        count_(count),
        begin_(sizeof(Line) + static_cast<std::size_t>(misalignment) * size_of(dtype)),
        lines_((begin_ + bytes()) / sizeof(Line) + 3) {
    std::memset(lines_.data(), kGuard, lines_.size() * sizeof(Line));
  }

  /// The values, rounded to the type.
  Guarded(DType dtype, std::span<const float> values, std::int64_t misalignment = 1)
      : Guarded(dtype, static_cast<std::int64_t>(values.size()), misalignment) {
    for (std::size_t i = 0; i < values.size(); ++i) set(static_cast<std::int64_t>(i), values[i]);
  }

  DType dtype() const { return dtype_; }
  Values view() { return {data(), dtype_}; }
  const float* floats() const { return reinterpret_cast<const float*>(data()); }
  std::byte* data() { return reinterpret_cast<std::byte*>(lines_.data()) + begin_; }
  const std::byte* data() const {
    return reinterpret_cast<const std::byte*>(lines_.data()) + begin_;
  }

  void set(std::int64_t index, float value) {
    const auto i = static_cast<std::size_t>(index);
    if (dtype_ == DType::kBF16) {
      const BFloat16 element = BFloat16::from_float(value);
      std::memcpy(data() + i * sizeof(element), &element, sizeof(element));
    } else {
      std::memcpy(data() + i * sizeof(value), &value, sizeof(value));
    }
  }

  float operator[](std::int64_t index) const {
    const auto i = static_cast<std::size_t>(index);
    if (dtype_ == DType::kBF16) {
      BFloat16 element;
      std::memcpy(&element, data() + i * sizeof(element), sizeof(element));
      return element.to_float();
    }
    float element = 0.0F;
    std::memcpy(&element, data() + i * sizeof(element), sizeof(element));
    return element;
  }

  std::vector<float> values() const {
    std::vector<float> result;
    for (std::int64_t i = 0; i < count_; ++i) result.push_back((*this)[i]);
    return result;
  }

  /// Whether nothing was written outside the elements.
  bool is_intact() const {
    const auto* memory = reinterpret_cast<const unsigned char*>(lines_.data());
    const auto is_guard = [](unsigned char byte) { return byte == kGuard; };
    return std::all_of(memory, memory + begin_, is_guard) &&
           std::all_of(memory + begin_ + bytes(), memory + lines_.size() * sizeof(Line), is_guard);
  }

  /// Whether the element is as the constructor without values has left it.
  bool is_untouched(std::int64_t index) const {
    const auto* element = reinterpret_cast<const unsigned char*>(data()) +
                          static_cast<std::size_t>(index) * size_of(dtype_);
    return std::all_of(element, element + size_of(dtype_),
                       [](unsigned char byte) { return byte == kGuard; });
  }

 private:
  struct alignas(64) Line {
    std::byte bytes[64];
  };
  static constexpr unsigned char kGuard = 0xff;

  std::size_t bytes() const { return static_cast<std::size_t>(count_) * size_of(dtype_); }

  DType dtype_;
  std::int64_t count_;
  std::size_t begin_;
  std::vector<Line> lines_;
};

/// Normal values that bfloat16 holds exactly; rows of `row` values take turns in size: about 1, a
/// thousand times that, about 1, a thousandth.
inline std::vector<float> random_values(std::int64_t count, std::int64_t row, std::uint64_t seed) {
  constexpr float kSizes[] = {1.0F, 0x1p10F, 1.0F, 0x1p-10F};
  Random random(seed);
  std::vector<float> values;
  for (std::int64_t i = 0; i < count; ++i) {
    const float size = kSizes[static_cast<std::size_t>(i / row) % std::size(kSizes)];
    values.push_back(rounded(DType::kBF16, size * random.normal()));
  }
  return values;
}

/// The same, all of about size 1.
inline std::vector<float> random_values(std::int64_t count, std::uint64_t seed) {
  return random_values(count, count + 1, seed);
}

/// Each result within its tolerance of what was expected; NaN never is.
inline void expect_within(std::span<const float> found, std::span<const double> expected,
                          std::span<const double> tolerance) {
  ASSERT_EQ(found.size(), expected.size());
  ASSERT_EQ(found.size(), tolerance.size());
  for (std::size_t i = 0; i < found.size(); ++i) {
    const double error = std::abs(static_cast<double>(found[i]) - expected[i]);
    ASSERT_TRUE(error <= tolerance[i])
        << "element " << i << " of " << found.size() << ": expected " << expected[i] << " within "
        << tolerance[i] << ", found " << found[i];
  }
}

}  // namespace promptdepth::cpu
