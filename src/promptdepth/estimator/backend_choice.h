#pragma once

#include <memory>
#include <string>

#include "promptdepth/backend/backend.h"

namespace promptdepth {

/// Who computes. kReference is the plain specification: exact and slow.
enum class Device { kAuto, kCpu, kReference };

/// kAuto takes bf16 where the processor multiplies it natively, else float32.
enum class PrecisionChoice { kAuto, kF32, kBF16 };

/// Throws Error(kInvalidArgument) when the device cannot compute in that precision.
std::unique_ptr<Backend> make_backend(Device device, PrecisionChoice precision);

/// The backend's name and precision, such as "cpu bf16".
std::string describe(const Backend& backend);

}  // namespace promptdepth
