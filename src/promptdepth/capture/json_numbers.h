#pragma once

#include <filesystem>
#include <optional>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace promptdepth {

/// A JSON object from a file. Throws Error(kIo) when it cannot be read or has more than `most`
/// bytes, Error(kInvalidData) when it holds anything else.
nlohmann::json read_json_object(const std::filesystem::path& path, std::size_t most);

/// The number under a key of an object; nothing when there is none.
std::optional<double> json_number(const nlohmann::json& object, const char* key);

/// The numbers under a key, in a flat array or in an array of arrays, one row after the other;
/// nothing when there is anything else in it or not `count` of them.
std::optional<std::vector<double>> json_numbers(const nlohmann::json& object, const char* key,
                                                std::size_t count);

}  // namespace promptdepth
