#include "promptdepth/tensor/in_quotes.h"

#include <gtest/gtest.h>

namespace promptdepth {
namespace {

TEST(InQuotes, LeavesOrdinaryNamesAsTheyAre) {
  EXPECT_EQ(in_quotes("blocks.0.norm1.weight"), "'blocks.0.norm1.weight'");
}

TEST(InQuotes, EscapesWhatATerminalWouldObey) { EXPECT_EQ(in_quotes("a\x1b[2J"), "'a\\x1b[2J'"); }

TEST(InQuotes, CutsLongText) {
  EXPECT_EQ(in_quotes(std::string(5000, 'x')), "'" + std::string(80, 'x') + "...'");
}

}  // namespace
}  // namespace promptdepth
