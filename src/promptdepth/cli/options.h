#pragma once

#include <CLI/CLI.hpp>

#include "promptdepth/estimator/estimator.h"

namespace promptdepth {

// Options that several verbs share.

void add_precision_option(CLI::App& verb, PrecisionChoice& precision,
                          const std::string& group = "Options");
void add_threads_option(CLI::App& verb, int& threads, const std::string& group = "Options");

/// The value of --size, such as 756x1008. Throws Error(kInvalidArgument) for other text.
void parse_size(const std::string& text, int& height, int& width);

/// --model and everything that decides how the network runs. `model` receives the --model argument.
void add_estimator_options(CLI::App& verb, EstimatorOptions& options, std::string& model,
                           int& threads);

}  // namespace promptdepth
