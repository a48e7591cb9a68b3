#include "promptdepth/base/log.h"

#include <mutex>
#include <utility>

namespace promptdepth {
namespace {

struct SinkHolder {
  std::mutex mutex;
  LogSink sink;
};

SinkHolder& holder() {
  static SinkHolder instance;
  return instance;
}

}  // namespace

LogSink set_log_sink(LogSink sink) {
  const std::lock_guard lock(holder().mutex);
  return std::exchange(holder().sink, std::move(sink));
}

void log(LogLevel level, std::string_view message) {
  LogSink sink;
  {
    const std::lock_guard lock(holder().mutex);
    sink = holder().sink;
  }
  if (sink) sink(level, message);
}

}  // namespace promptdepth
