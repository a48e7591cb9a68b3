#include "promptdepth/train/run_record.h"

#include <algorithm>
#include <fstream>
#include <sstream>
#include <utility>

#include <nlohmann/json.hpp>

#include "promptdepth/base/error.h"
#include "promptdepth/base/files.h"

namespace promptdepth {
namespace {

using Json = nlohmann::ordered_json;

Json to_json(const StepRecord& record) {
  return {{"step", record.step},
          {"loss", record.loss.total},
          {"prompt_loss", record.prompt_loss},
          {"l1", record.loss.l1},
          {"gradient", record.loss.gradient},
          {"silog", record.loss.silog},
          {"scale_shift_invariant", record.loss.scale_shift_invariant},
          {"gradient_matching", record.loss.gradient_matching},
          {"gradient_norm", record.gradient_norm},
          {"learning_rate", record.learning_rate},
          {"seconds", record.seconds},
          {"waiting_seconds", record.waiting_seconds},
          {"waiting_share", pace_of({&record, 1}).waiting_share}};
}

StepRecord step_from(const Json& json) {
  return {.step = json.at("step"),
          .loss = {.total = json.at("loss"),
                   .l1 = json.at("l1"),
                   .gradient = json.at("gradient"),
                   .silog = json.at("silog"),
                   .scale_shift_invariant = json.at("scale_shift_invariant"),
                   .gradient_matching = json.at("gradient_matching")},
          .prompt_loss = json.at("prompt_loss"),
          .gradient_norm = json.at("gradient_norm"),
          .learning_rate = json.at("learning_rate"),
          .seconds = json.at("seconds"),
          .waiting_seconds = json.at("waiting_seconds")};
}

Json to_json(const MethodScore& score) {
  return {{"l1_m", score.depth.l1_m},
          {"rmse_m", score.depth.rmse_m},
          {"abs_rel", score.depth.abs_rel},
          {"delta_05", score.depth.delta_05},
          {"boundary_f1", score.boundary_f1}};
}

MethodScore score_from(const Json& json) {
  MethodScore score;
  score.depth.l1_m = json.at("l1_m");
  score.depth.rmse_m = json.at("rmse_m");
  score.depth.abs_rel = json.at("abs_rel");
  score.depth.delta_05 = json.at("delta_05");
  score.boundary_f1 = json.at("boundary_f1");
  return score;
}

Json to_json(const ValidationRecord& record) {
  Json kinds = Json::array();
  for (const KindScore& kind : record.validation.kinds) {
    kinds.push_back({{"kind", kind.kind},
                     {"frames", kind.frames},
                     {"model", to_json(kind.model)},
                     {"bilinear", to_json(kind.bilinear)}});
  }
  return {{"step", record.step},
          {"l1_m", record.validation.l1_m},
          {"bilinear_l1_m", record.validation.bilinear_l1_m},
          {"validation", kinds}};
}

ValidationRecord validation_from(const Json& json) {
  ValidationRecord record{.step = json.at("step")};
  record.validation.l1_m = json.at("l1_m");
  record.validation.bilinear_l1_m = json.at("bilinear_l1_m");
  for (const Json& kind : json.at("validation")) {
    record.validation.kinds.push_back({.kind = kind.at("kind"),
                                       .frames = kind.at("frames"),
                                       .model = score_from(kind.at("model")),
                                       .bilinear = score_from(kind.at("bilinear"))});
  }
  return record;
}

}  // namespace

Pace pace_of(std::span<const StepRecord> steps) {
  double seconds = 0;
  double waiting = 0;
  double loss = 0;
  for (const StepRecord& step : steps) {
    seconds += step.seconds;
    waiting += step.waiting_seconds;
    loss += step.loss.total;
  }
  if (steps.empty()) return {};
  const auto count = static_cast<double>(steps.size());
  return {.seconds_per_step = seconds / count,
          .waiting_share = seconds > 0 ? waiting / seconds : 0,
          .loss = loss / count};
}

RunRecord::RunRecord(const std::filesystem::path& path, std::int64_t step) : path_(path) {
  std::string kept;
  if (step > 0 && std::filesystem::exists(path)) {
    std::istringstream lines(read_text_file(path));
    for (std::string line; std::getline(lines, line);) {
      const Json json = Json::parse(line, nullptr, /*allow_exceptions=*/false);
      if (json.is_discarded()) break;  // Cut off while it was written.
      try {
        if (json.at("step").get<std::int64_t>() > step) continue;
        if (json.contains("validation")) {
          validations_.push_back(validation_from(json));
        } else {
          steps_.push_back(step_from(json));
        }
      } catch (const Json::exception& error) {
        fail(ErrorKind::kInvalidData, "'{}': expected a record of a training run, found {} ({})",
             path.string(), line.substr(0, 60), error.what());
      }
      kept += line + "\n";
    }
  }
  write_file_atomically(path, kept);
}

void RunRecord::add(const StepRecord& record) {
  steps_.push_back(record);
  append(to_json(record).dump());
}

void RunRecord::add(const ValidationRecord& record) {
  validations_.push_back(record);
  append(to_json(record).dump());
}

std::span<const StepRecord> RunRecord::last_steps(std::size_t count) const {
  return std::span(steps_).last(std::min(count, steps_.size()));
}

void RunRecord::append(const std::string& line) {
  std::ofstream file(path_, std::ios::app);
  file << line << "\n";
  file.close();
  if (!file) fail(ErrorKind::kIo, "cannot write to '{}'", path_.string());
}

}  // namespace promptdepth
