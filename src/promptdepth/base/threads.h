#pragma once

#include <cstdint>
#include <exception>
#include <mutex>

namespace promptdepth {

/// Number of threads that parallel loops and the compute libraries of this process use (OpenMP's
/// pool).
int thread_count();

/// Sets it for the calling thread and the parallel regions it starts; count >= 1.
void set_thread_count(int count);

/// Calls body(i) for i in [0, count) on OpenMP's threads, in no particular order. The first
/// exception that a call throws is thrown again after the loop. Runs serially inside a parallel
/// region, and where the caller says that the work is not worth waking other threads: on a busy
/// machine that can cost more than a millisecond.
template <typename Body>
void parallel_for(std::int64_t count, const Body& body, bool worth_threads = true) {
  std::exception_ptr first_error;
  std::mutex mutex;
#pragma omp parallel for schedule(dynamic) if (worth_threads)
  for (std::int64_t i = 0; i < count; ++i) {
    try {
      body(i);
    } catch (...) {
      const std::lock_guard lock(mutex);
      if (!first_error) first_error = std::current_exception();
    }
  }
  if (first_error) std::rethrow_exception(first_error);
}

}  // namespace promptdepth
