#include "promptdepth/capture/timed_files.h"

#include <cmath>
#include <iterator>

namespace promptdepth {
namespace {

TimedFiles::const_iterator nearest(const TimedFiles& files, double time_s) {
  const auto after = files.lower_bound(time_s);
  if (after == files.begin()) return after;
  const auto before = std::prev(after);
  if (after == files.end()) return before;
  return time_s - before->first <= after->first - time_s ? before : after;
}

}  // namespace

const std::string* partner_at(double time_s, const TimedFiles& files, const TimedFiles& others,
                              double most_s) {
  const auto other = nearest(others, time_s);
  if (other == others.end() || std::abs(other->first - time_s) > most_s) return nullptr;
  return nearest(files, other->first)->first == time_s ? &other->second : nullptr;
}

}  // namespace promptdepth
