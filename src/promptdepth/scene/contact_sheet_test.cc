#include "promptdepth/scene/contact_sheet.h"

#include <gtest/gtest.h>

#include "promptdepth/base/error.h"

namespace promptdepth {
namespace {

TEST(ContactSheet, ShowsEachFrameAboveItsDepth) {
  const SceneOptions options{.width = 32, .height = 24, .kind = SceneKind::kRoom};
  const Image sheet = contact_sheet(11, 2, 2, options);
  ASSERT_EQ(sheet.width, 64);
  ASSERT_EQ(sheet.height, 96);
  // Seed 11 + 3 is the second of the second row.
  const RenderedFrame last = render_scene(14, options);
  for (int y = 0; y < 24; ++y) {
    for (int x = 0; x < 32; ++x) {
      ASSERT_EQ(sheet.at(32 + x, 48 + y)[1], last.image.at(x, y)[1]);
    }
  }
}

TEST(ContactSheet, RefusesSenselessGrids) {
  EXPECT_THROW(contact_sheet(0, 0, 1, {}), Error);
  EXPECT_THROW(contact_sheet(0, 1, 65, {}), Error);
}

}  // namespace
}  // namespace promptdepth
