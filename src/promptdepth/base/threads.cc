#include "promptdepth/base/threads.h"

#include <omp.h>

#include "promptdepth/base/error.h"

namespace promptdepth {

int thread_count() { return omp_get_max_threads(); }

void set_thread_count(int count) {
  if (count < 1) fail(ErrorKind::kInvalidArgument, "expected at least 1 thread, found {}", count);
  omp_set_num_threads(count);
}

}  // namespace promptdepth
