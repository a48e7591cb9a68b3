#include "promptdepth/capture/depth_stream.h"

#include <cmath>
#include <cstring>

#include <lz4.h>
#include <zlib.h>

#include "promptdepth/base/error.h"
#include "promptdepth/capture/depth_stream_for_test.h"
#include "promptdepth/capture/files_for_test.h"

namespace promptdepth {
namespace {

DepthMap frame_number(int number) {
  return map_of(256, 192, [&](int x, int y) {
    return static_cast<float>(1000 * (number % 60) + x * y % 500 + 1) / 1000.0F;
  });
}

std::vector<DepthMap> frames(int count) {
  std::vector<DepthMap> maps;
  for (int i = 0; i < count; ++i) maps.push_back(frame_number(i));
  return maps;
}

void expect_frame(DepthStream& stream, int number) {
  const DepthMap read = stream.read(number);
  const DepthMap expected = frame_number(number);
  ASSERT_EQ(read.width, 256);
  ASSERT_EQ(read.height, 192);
  for (std::size_t i = 0; i < expected.values.size(); ++i) {
    ASSERT_NEAR(read.values[i], expected.values[i], 1e-5F) << number << ' ' << i;
  }
}

TEST(DepthStream, ReadsChunksOfLz4AndOfDeflate) {
  const TestFolder folder;
  for (const bool lz4 : {true, false}) {
    folder.text("depth.bin", lz4 ? lz4_chunks(frames(3)) : deflate_chunks(frames(3)));
    const auto stream = DepthStream::open(folder.file("depth.bin"));
    for (const int number : {2, 0, 1}) expect_frame(*stream, number);
    EXPECT_THROW(stream->read(3), Error);
    EXPECT_THROW(stream->read(-1), Error);
  }
}

TEST(DepthStream, ReadsOneStreamInAnyOrder) {
  const TestFolder folder;
  folder.text("depth.bin", one_stream(frames(150)));
  const auto stream = DepthStream::open(folder.file("depth.bin"));
  for (const int number : {140, 0, 63, 64, 149, 1}) expect_frame(*stream, number);
  EXPECT_THROW(stream->read(150), Error);
  EXPECT_THROW(stream->read(400), Error);
  EXPECT_THROW(stream->read(-1), Error);
}

TEST(DepthStream, ReadsAllBeforeADamagedPlace) {
  const TestFolder folder;
  const std::string chunks = lz4_chunks(frames(3));
  folder.text("chunks.bin", std::string_view(chunks).substr(0, chunks.size() - 10));
  const auto short_chunks = DepthStream::open(folder.file("chunks.bin"));
  expect_frame(*short_chunks, 1);
  EXPECT_THROW(short_chunks->read(2), Error);

  const std::string stream = one_stream(frames(3));
  folder.text("stream.bin", std::string_view(stream).substr(0, stream.size() - 10));
  const auto short_stream = DepthStream::open(folder.file("stream.bin"));
  expect_frame(*short_stream, 1);
  EXPECT_THROW(short_stream->read(2), Error);
}

TEST(DepthStream, RefusesOtherFiles) {
  const TestFolder folder;
  folder.text("empty.bin", "");
  folder.text("text.bin", "neither of the two layouts");
  for (const char* name : {"empty.bin", "text.bin", "none.bin"}) {
    EXPECT_THROW(DepthStream::open(folder.file(name)), Error) << name;
  }
}

}  // namespace
}  // namespace promptdepth
