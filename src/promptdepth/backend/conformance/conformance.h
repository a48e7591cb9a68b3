#pragma once

#include <functional>
#include <iosfwd>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "promptdepth/backend/backend.h"
#include "promptdepth/backend/conformance/error_model.h"
#include "promptdepth/backend/conformance/runner.h"

// Holds a backend against the reference: one table of cases per operation, the same for every
// backend and precision. A backend's test is
//
//   class CpuConformance : public ::testing::TestWithParam<OperationCases> {};
//   TEST_P(CpuConformance, MatchesTheReference) {
//     expect_matches_reference(*make_cpu_backend(Precision::kF32), GetParam());
//   }
//   INSTANTIATE_TEST_SUITE_P(Operations, CpuConformance,
//                            ::testing::ValuesIn(conformance_cases()), name_of_cases);
//
// Every operand has values that bfloat16 holds exactly, so that both precisions start from the same
// numbers and the reference's result is right for both. How far a result may be off, element by
// element, follows from an error model: see conformance/error_model.h.

namespace promptdepth {

/// One operation on one set of operands.
struct OperationCase {
  std::string name;
  /// Takes its maps and layers from the runner and returns the operation's result.
  std::function<FeatureMap(Runner&)> run;
  /// Largest permitted |result − expected| of each element, given what the reference computed.
  std::function<std::vector<double>(const Arithmetic&, std::span<const float> expected)> tolerance;
  /// The result's dtype in a backend that stores activations in the given one.
  std::function<DType(DType storage)> dtype;
};

struct OperationCases {
  std::string operation;  ///< As in Session: "conv2d".
  std::vector<OperationCase> cases;
};

/// All cases of all operations.
std::vector<OperationCases> conformance_cases();

/// Runs a case on a backend, twice in one session so that the second run meets used buffers, and
/// records a test failure unless, both times,
/// - shape and dtype are those promised and every value is within the case's tolerance,
/// - every map that somebody else still held, residuals included, is as it was before,
/// and the second run has taken no more memory than the first.
/// A backend whose sums are not all in float32 says so (`stores_scores`, see Arithmetic).
void expect_matches_reference(Backend& backend, const OperationCase& operation,
                              bool stores_scores = false);

/// The same for all cases of an operation.
void expect_matches_reference(Backend& backend, const OperationCases& cases,
                              bool stores_scores = false);

/// The name of a parametrised test: the operation's.
template <typename TestParamInfo>
std::string name_of_cases(const TestParamInfo& info) {
  return info.param.operation;
}

void PrintTo(const OperationCases& cases, std::ostream* out);

}  // namespace promptdepth
