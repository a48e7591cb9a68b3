#pragma once

#include <memory>

#include "promptdepth/backend/backend.h"

namespace promptdepth {

/// Runs networks on x86-64 processors: oneDNN for matrix products and convolutions, Highway for
/// the rest, on OpenMP's threads. Chooses instructions at run time; any x86-64 processor will do.
/// Throws Error(kUnsupported) for kBF16 on a processor without AVX-512.
std::unique_ptr<Backend> make_cpu_backend(Precision precision);

/// True when this processor multiplies bfloat16 natively (AVX512_BF16 or AMX), so that kBF16 is
/// faster than kF32. Without it bfloat16 is emulated.
bool cpu_multiplies_bf16();

}  // namespace promptdepth
