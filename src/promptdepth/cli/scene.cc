#include <fmt/format.h>

#include "promptdepth/cli/verbs.h"
