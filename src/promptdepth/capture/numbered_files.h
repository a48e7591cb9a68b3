#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "promptdepth/capture/problem_list.h"

namespace promptdepth {

/// Names of files by the number in them.
using NumberedFiles = std::map<std::int64_t, std::string>;

/// The files of `names` called PREFIX, digits, one of `endings`. Where two have the same number,
/// the ending that comes first counts.
NumberedFiles numbered(const std::vector<std::string>& names, std::string_view prefix,
                       const std::vector<std::string>& endings);

/// The same from a folder's files; none when there is no such folder.
NumberedFiles numbered_files(const std::filesystem::path& folder, std::string_view prefix,
                             const std::vector<std::string>& endings);

/// Says which numbers of `from` are not in `in`, as "`kind`: COUNT, the first: FILE".
void note_missing(const NumberedFiles& from, const NumberedFiles& in, std::string_view kind,
                  ProblemList& problems);

}  // namespace promptdepth
