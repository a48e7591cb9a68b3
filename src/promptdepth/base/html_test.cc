#include "promptdepth/base/html.h"

#include <gtest/gtest.h>

namespace promptdepth {
namespace {

std::string base64_of(std::string_view text) {
  return base64(std::as_bytes(std::span(text.data(), text.size())));
}

TEST(Base64, MatchesTheTestVectorsOfRfc4648) {
  EXPECT_EQ(base64_of(""), "");
  EXPECT_EQ(base64_of("f"), "Zg==");
  EXPECT_EQ(base64_of("fo"), "Zm8=");
  EXPECT_EQ(base64_of("foo"), "Zm9v");
  EXPECT_EQ(base64_of("foob"), "Zm9vYg==");
  EXPECT_EQ(base64_of("fooba"), "Zm9vYmE=");
  EXPECT_EQ(base64_of("foobar"), "Zm9vYmFy");
}

TEST(Base64, TakesBytesAboveAscii) { EXPECT_EQ(base64_of("\xff\xfe\xfd"), "//79"); }

TEST(HtmlEscaped, LeavesNoMarkupAndNoQuote) {
  EXPECT_EQ(html_escaped("<a href='x'> & \"y\""), "&lt;a href=&#39;x&#39;> &amp; &quot;y&quot;");
}

}  // namespace
}  // namespace promptdepth
