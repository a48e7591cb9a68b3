#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "promptdepth/capture/frame.h"

namespace promptdepth {

/// Names of the folders in a folder, sorted. Throws Error(kIo) when it cannot be read.
std::vector<std::string> folders_in(const std::filesystem::path& folder);

/// Names of the files in a folder, sorted. Throws Error(kIo) when it cannot be read.
std::vector<std::string> files_in(const std::filesystem::path& folder);

/// The file in `folder` called `stem` with one of the endings (such as ".png"), if there is one;
/// the first of `endings` that exists.
std::optional<std::filesystem::path> find_file(const std::filesystem::path& folder,
                                               std::string_view stem,
                                               const std::vector<std::string>& endings);

/// The first of the folders that exists, if any does.
std::optional<std::filesystem::path> first_folder(const std::filesystem::path& parent,
                                                  const std::vector<std::string>& names);

/// Throws Error(kIo) that names the folder and what it was expected to be unless it is one.
void require_folder(const std::filesystem::path& folder, std::string_view what);

/// Endings of pictures and of depth maps that can be read, in the order of preference.
const std::vector<std::string>& image_endings();
const std::vector<std::string>& depth_endings();

/// A depth map, cleaned, at the size of the image it belongs to: as stored, or at the nearest
/// pixels. Throws Error(kInvalidData) when its sides have another ratio, and what read_depth()
/// throws.
DepthMap read_depth_of(const Image& image, const std::filesystem::path& path);

/// Throws Error(kInvalidData) unless a pixel of the frame's annotated or pseudo depth is known.
void require_some_depth(const Frame& frame);

/// Throws Error(kInvalidData) unless a prompt's sides have about the ratio of the image's.
void require_same_view(const DepthMap& map, const Image& image, std::string_view where);

}  // namespace promptdepth
