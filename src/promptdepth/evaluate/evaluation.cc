#include "promptdepth/evaluate/evaluation.h"

#include <algorithm>
#include <mutex>
#include <set>
#include <tuple>

#include <nlohmann/json.hpp>

#include "promptdepth/base/error.h"
#include "promptdepth/base/files.h"
#include "promptdepth/base/threads.h"

namespace promptdepth {
namespace {

using Json = nlohmann::ordered_json;
namespace fs = std::filesystem;

/// Everything that decides a row; not how many frames or which kinds, so that a table can grow.
Json settings_of(const Protocol& protocol, const std::vector<Method>& methods) {
  Json json = {{"protocol", protocol.name()}};
  for (const auto& [key, value] : protocol.settings()) json[key] = value;
  for (const Method& method : methods) json["method " + method.name] = method.description;
  return json;
}

std::string text_of(const Json& settings, const std::string& key) {
  return settings.contains(key) ? settings[key].dump() : "nothing";
}

/// Throws unless the folder's settings are these.
void require_same_settings(const fs::path& path, const Json& settings) {
  const Json earlier = Json::parse(read_text_file(path), nullptr, /*allow_exceptions=*/false);
  if (!earlier.is_object()) {
    fail(ErrorKind::kInvalidData, "'{}': expected the settings of an evaluation, found other text",
         path.string());
  }
  for (const Json* one : {&settings, &earlier}) {
    for (const auto& [key, unused] : one->items()) {
      if (text_of(settings, key) == text_of(earlier, key)) continue;
      fail(ErrorKind::kInvalidArgument,
           "'{}': expected results with {} {}, found some with {} (another -o, or --overwrite)",
           path.parent_path().string(), key, text_of(settings, key), text_of(earlier, key));
    }
  }
}

void prepare_folder(const EvaluationOptions& options, const Json& settings) {
  make_folders(options.folder);
  const fs::path path = options.folder / "settings.json";
  if (options.overwrite) {
    fs::remove(path);
    fs::remove(options.folder / "frames.csv");
  }
  if (fs::exists(path)) require_same_settings(path, settings);
  write_file_atomically(path, settings.dump(1) + "\n");
}

std::vector<ScoreRow> score_case(const Protocol& protocol, std::int64_t index, const View& view,
                                 const std::string& kind, const std::vector<Method>& methods) {
  const Case one{
      .image = view.image, .prompt = protocol.prompt(index, view, kind), .truth = view.truth};
  const std::vector<DepthMap> predictions = predict_all(methods, one);
  std::vector<ScoreRow> rows;
  for (std::size_t m = 0; m < methods.size(); ++m) {
    rows.push_back({.kind = kind,
                    .frame = protocol.view_name(index),
                    .method = methods[m].name,
                    .scores = measure(predictions[m], one.truth)});
  }
  return rows;
}

std::vector<std::string> names_of(const std::vector<Method>& methods) {
  std::vector<std::string> names;
  names.reserve(methods.size());
  for (const Method& method : methods) names.push_back(method.name);
  if (std::set<std::string>(names.begin(), names.end()).size() != names.size()) {
    fail(ErrorKind::kInvalidArgument, "expected methods with names of their own, found one twice");
  }
  return names;
}

/// Of the table, the protocol's frames: an earlier run may have done more.
Results results_of(const Protocol& protocol, const std::vector<Method>& methods,
                   const ScoreTable& table) {
  Results results{
      .protocol = protocol.name(), .settings = protocol.settings(), .kinds = protocol.kinds()};
  for (const Method& method : methods) {
    results.methods.emplace_back(method.name, method.description);
    (method.is_model ? results.models : results.baselines).push_back(method.name);
  }
  std::set<std::pair<std::string, std::string>> wanted;
  for (std::int64_t i = 0; i < protocol.view_count(); ++i) {
    for (const std::string& kind : protocol.kinds_of(i))
      wanted.insert({kind, protocol.view_name(i)});
  }
  for (const ScoreRow& row : table.rows()) {
    if (wanted.contains({row.kind, row.frame})) results.rows.push_back(row);
  }
  return results;
}

}  // namespace

Results evaluate(const Protocol& protocol, const std::vector<Method>& methods,
                 const EvaluationOptions& options, const ProgressCallback& progress) {
  const std::vector<std::string> names = names_of(methods);
  prepare_folder(options, settings_of(protocol, methods));
  ScoreTable table(options.folder / "frames.csv", names);

  std::mutex mutex;
  std::int64_t done = 0;
  parallel_for(protocol.view_count(), [&](std::int64_t i) {
    std::vector<std::string> missing;
    for (const std::string& kind : protocol.kinds_of(i)) {
      if (!table.has(kind, protocol.view_name(i))) missing.push_back(kind);
    }
    if (!missing.empty()) {
      const View view = protocol.view(i);
      for (const std::string& kind : missing) {
        table.add(score_case(protocol, i, view, kind, methods));
      }
    }
    const std::lock_guard lock(mutex);
    ++done;
    if (progress) progress(done, protocol.view_count(), protocol.view_name(i));
  });
  table.finish();
  return results_of(protocol, methods, table);
}

}  // namespace promptdepth
