#pragma once

#include "promptdepth/backend/backend.h"

namespace promptdepth {

/// What this machine computes at most in matrix products, in 10^9 operations a second (a multiply
/// and an add are two), on thread_count() threads: the best of several large products, measured for
/// about `seconds`.
double measure_peak_gflops(Precision precision, double seconds = 1.0);

}  // namespace promptdepth
