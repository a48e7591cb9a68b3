#include "promptdepth/estimator/backend_choice.h"

#include "promptdepth/backend/cpu/cpu_backend.h"
#include "promptdepth/backend/reference/reference_backend.h"
#include "promptdepth/base/error.h"

namespace promptdepth {
namespace {

Precision precision_for(PrecisionChoice choice) {
  switch (choice) {
    case PrecisionChoice::kF32:
      return Precision::kF32;
    case PrecisionChoice::kBF16:
      return Precision::kBF16;
    case PrecisionChoice::kAuto:
      break;
  }
  return cpu_multiplies_bf16() ? Precision::kBF16 : Precision::kF32;
}

}  // namespace

std::unique_ptr<Backend> make_backend(Device device, PrecisionChoice precision) {
  if (device != Device::kReference) return make_cpu_backend(precision_for(precision));
  if (precision == PrecisionChoice::kBF16) {
    fail(ErrorKind::kInvalidArgument,
         "expected precision fp32 for the reference backend, found bf16");
  }
  return make_reference_backend();
}

std::string describe(const Backend& backend) {
  return fmt::format("{} {}", backend.name(),
                     backend.precision() == Precision::kBF16 ? "bf16" : "fp32");
}

}  // namespace promptdepth
