#pragma once

#include <CLI/CLI.hpp>

#include "promptdepth/capture/capture.h"
#include "promptdepth/estimator/estimator.h"

namespace promptdepth {

// Options that several verbs share.

void add_precision_option(CLI::App& verb, PrecisionChoice& precision,
                          const std::string& group = "Options");
void add_threads_option(CLI::App& verb, int& threads, const std::string& group = "Options");

/// The value of --size, such as 756x1008. Throws Error(kInvalidArgument) for other text.
void parse_size(const std::string& text, int& height, int& width);

/// Which frames of a recording a verb takes.
struct FrameArguments {
  std::string text;  ///< The value of --range, "FIRST:END", either part empty for none.
  std::size_t every = 1;

  /// Throws Error(kInvalidArgument) for other text.
  FrameRange range() const;
};

/// --range and --every.
void add_frame_options(CLI::App& verb, FrameArguments& arguments, const std::string& group);

/// --model and everything that decides how the network runs. `model` receives the --model argument.
void add_estimator_options(CLI::App& verb, EstimatorOptions& options, std::string& model,
                           int& threads);

}  // namespace promptdepth
