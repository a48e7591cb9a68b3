#pragma once

#include <map>
#include <string>

namespace promptdepth {

/// Files by the moment they belong to, in seconds.
using TimedFiles = std::map<double, std::string>;

/// The file of `others` that is nearest to `time_s`, an entry of `files`, when it is at most
/// `most_s` away and no other entry of `files` is nearer to it; else nothing (nullptr).
const std::string* partner_at(double time_s, const TimedFiles& files, const TimedFiles& others,
                              double most_s);

}  // namespace promptdepth
