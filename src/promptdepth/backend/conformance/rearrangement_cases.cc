#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "promptdepth/backend/conformance/cases.h"
#include "promptdepth/backend/conformance/error_model.h"

namespace promptdepth {
namespace {

using Run = std::function<FeatureMap(Runner&)>;

/// Values that move without being computed with.
OperationCase exact_case(std::string name, Run run, std::function<DType(DType)> dtype) {
  return {.name = std::move(name),
          .run = std::move(run),
          .tolerance =
              [](const Arithmetic& /*arithmetic*/, std::span<const float> expected) {
                return std::vector<double>(expected.size(), 0.0);
              },
          .dtype = std::move(dtype)};
}

std::function<DType(DType)> dtype_of(const MapValues& x) {
  return x.stored ? in_storage : always_f32;
}

OperationCase upload_case(FeatureShape shape) {
  const MapValues x = RandomOperands(shape.to_string()).map(shape, false);
  return exact_case(
      shape.to_string(), [=](Runner& runner) { return runner.give(x); }, always_f32);
}

OperationCases upload_cases() {
  OperationCases result{"upload", {}};
  for (const FeatureShape& shape : {FeatureShape{1, 1, 1, 1}, FeatureShape{2, 3, 5, 17}}) {
    result.cases.push_back(upload_case(shape));
  }
  return result;
}

// --- resize ---

struct ResizeCase {
  FeatureShape in;
  std::int64_t height;
  std::int64_t width;
  PixelAlignment alignment;
  bool stored;

  std::string name() const {
    return fmt::format("{}to{}x{}{}{}", in.to_string(), height, width,
                       alignment == PixelAlignment::kHalfPixel ? "_half" : "_corners",
                       stored ? "_stored" : "");
  }
};

/// Values are in [0, 1). Source positions are off by roundings of their own size, so the weights of
/// each axis by u32 times its extent.
OperationCase resize_case(const ResizeCase& c) {
  MapValues x = RandomOperands(c.name()).image(c.in);
  x.stored = c.stored;
  const auto run = [=](Runner& runner, const MapValues& operand) {
    return runner.session().resize_bilinear(runner.hold(operand), c.height, c.width, c.alignment);
  };
  return {.name = c.name(),
          .run = [=](Runner& runner) { return run(runner, x); },
          .tolerance =
              [=](const Arithmetic& arithmetic, std::span<const float> expected) {
                SumsOfProducts sums;
                sums.terms = 4.0;
                sums.magnitude = {expected.begin(), expected.end()};
                sums.layer = sums.magnitude;
                sums.f32_result = sums.f32_layer = !c.stored;
                std::vector<double> result = tolerance_of(sums, arithmetic.precision, expected);
                const auto extent = static_cast<double>(std::max(c.in.h, c.in.w));
                for (double& error : result) error += 2.0 * kF32Unit * extent;
                return result;
              },
          .dtype = dtype_of(x)};
}

OperationCases resize_cases() {
  OperationCases result{"resize_bilinear", {}};
  for (const auto alignment : {PixelAlignment::kHalfPixel, PixelAlignment::kCornersAlign}) {
    for (const bool stored : {false, true}) {
      for (const std::int64_t channels : {1, 3, 15, 16, 17, 32, 64, 100}) {
        result.cases.push_back(resize_case({{1, 4, 5, channels}, 8, 10, alignment, stored}));
      }
      result.cases.push_back(resize_case({{2, 5, 7, 8}, 13, 9, alignment, stored}));
      result.cases.push_back(resize_case({{2, 12, 16, 1}, 5, 7, alignment, stored}));
      result.cases.push_back(resize_case({{1, 12, 16, 1}, 53, 70, alignment, stored}));
      result.cases.push_back(resize_case({{1, 9, 11, 16}, 2, 3, alignment, stored}));
      result.cases.push_back(resize_case({{1, 1, 1, 5}, 3, 4, alignment, stored}));
      result.cases.push_back(resize_case({{1, 6, 5, 4}, 1, 1, alignment, stored}));
      result.cases.push_back(resize_case({{2, 6, 5, 4}, 6, 5, alignment, stored}));
    }
  }
  return result;
}

// --- blocks ---

OperationCase space_to_depth_case(FeatureShape in, int block, bool stored) {
  const std::string name =
      fmt::format("{}_block{}{}", in.to_string(), block, stored ? "_stored" : "");
  const MapValues x = RandomOperands(name).map(in, stored);
  return exact_case(
      name, [=](Runner& runner) { return runner.session().space_to_depth(runner.hold(x), block); },
      dtype_of(x));
}

OperationCase depth_to_space_case(FeatureShape in, int block, FeatureShape out, bool stored) {
  const std::string name = fmt::format("{}_block{}to{}x{}{}", in.to_string(), block, out.h, out.w,
                                       stored ? "_stored" : "");
  const MapValues x = RandomOperands(name).map(in, stored);
  return exact_case(
      name,
      [=](Runner& runner) {
        return runner.session().depth_to_space(runner.hold(x), block, out.h, out.w);
      },
      dtype_of(x));
}

std::vector<OperationCases> block_cases() {
  OperationCases to_depth{"space_to_depth", {}};
  OperationCases to_space{"depth_to_space", {}};
  for (const bool stored : {false, true}) {
    for (const FeatureShape& shape :
         {FeatureShape{1, 4, 6, 5}, FeatureShape{2, 5, 7, 3}, FeatureShape{1, 1, 1, 1},
          FeatureShape{2, 9, 4, 16}, FeatureShape{1, 7, 9, 17}}) {
      for (const int block : {1, 2, 3}) {
        const FeatureShape blocks{shape.n, (shape.h + block - 1) / block,
                                  (shape.w + block - 1) / block, shape.c * block * block};
        to_depth.cases.push_back(space_to_depth_case(shape, block, stored));
        to_space.cases.push_back(depth_to_space_case(blocks, block, shape, stored));
      }
    }
  }
  return {std::move(to_depth), std::move(to_space)};
}

// --- concat and add ---

OperationCase concat_case(std::vector<std::int64_t> channels, bool stored) {
  const std::string name = fmt::format("{}{}", fmt::join(channels, "and"), stored ? "_stored" : "");
  RandomOperands random(name);
  std::vector<MapValues> parts;
  parts.reserve(channels.size());
  for (const std::int64_t count : channels) parts.push_back(random.map({2, 3, 5, count}, stored));
  // A mixture of both dtypes, as image and features are.
  parts.back().stored = false;
  return exact_case(
      name,
      [=](Runner& runner) {
        std::vector<FeatureMap> maps;
        maps.reserve(parts.size());
        for (const MapValues& part : parts) maps.push_back(runner.hold(part));
        return runner.session().concat(maps);
      },
      in_storage);
}

OperationCases concat_cases() {
  OperationCases result{"concat", {}};
  for (const bool stored : {false, true}) {
    result.cases.push_back(concat_case({3, 1, 1}, stored));
    result.cases.push_back(concat_case({16, 17, 100}, stored));
    result.cases.push_back(concat_case({32, 32}, stored));
    result.cases.push_back(concat_case({5}, stored));
  }
  return result;
}

/// A scale of -1 makes the product exact, so that the one rounding of the sum is all the error
/// there is.
OperationCase add_case(FeatureShape shape, bool stored, bool other_stored, bool held, float scale) {
  const std::string name = fmt::format("{}{}{}{}{}", shape.to_string(), stored ? "_stored" : "",
                                       other_stored ? "_otherstored" : "", held ? "_held" : "",
                                       scale < 0 ? "_subtracted" : "");
  RandomOperands random(name);
  const MapValues x = random.map(shape, stored);
  const MapValues y = random.map(shape, other_stored);
  return {.name = name,
          .run =
              [=](Runner& runner) {
                FeatureMap first = held ? runner.hold(x) : runner.give(x);
                return runner.session().add(std::move(first), runner.hold(y), scale);
              },
          .tolerance =
              [=](const Arithmetic& arithmetic, std::span<const float> expected) {
                SumsOfProducts sums;
                sums.magnitude = {expected.begin(), expected.end()};
                sums.f32_result = !stored;
                return tolerance_of(sums, arithmetic.precision, expected);
              },
          .dtype = dtype_of(x)};
}

OperationCases add_cases() {
  OperationCases result{"add", {}};
  for (const FeatureShape& shape :
       {FeatureShape{1, 1, 1, 1}, FeatureShape{2, 3, 5, 17}, FeatureShape{1, 9, 7, 64}}) {
    for (const bool held : {false, true}) {
      for (const bool stored : {false, true}) {
        for (const bool other_stored : {false, true}) {
          for (const float scale : {1.0F, -1.0F}) {
            result.cases.push_back(add_case(shape, stored, other_stored, held, scale));
          }
        }
      }
    }
  }
  return result;
}

}  // namespace

std::vector<OperationCases> rearrangement_cases() {
  std::vector<OperationCases> result = block_cases();
  result.push_back(upload_cases());
  result.push_back(resize_cases());
  result.push_back(concat_cases());
  result.push_back(add_cases());
  return result;
}

}  // namespace promptdepth
