#include "promptdepth/network/naming.h"

#include <map>

#include <gtest/gtest.h>

#include "promptdepth/backend/counting/counting_backend.h"
#include "promptdepth/base/error.h"
#include "promptdepth/network/network.h"
#include "promptdepth/tensor/memory_weights.h"
#include "promptdepth/tensor/seeded_weights.h"

namespace promptdepth {
namespace {

/// A Hugging Face file for each official layer it renames (spec 3.3).
const std::vector<std::pair<std::string, std::string>> kHuggingFaceNames = {
    {"pretrained.cls_token", "backbone.embeddings.cls_token"},
    {"pretrained.mask_token", "backbone.embeddings.mask_token"},
    {"pretrained.pos_embed", "backbone.embeddings.position_embeddings"},
    {"pretrained.patch_embed.proj.weight",
     "backbone.embeddings.patch_embeddings.projection.weight"},
    {"pretrained.blocks.3.norm1.bias", "backbone.encoder.layer.3.norm1.bias"},
    {"pretrained.blocks.11.attn.proj.weight",
     "backbone.encoder.layer.11.attention.output.dense.weight"},
    {"pretrained.blocks.2.ls1.gamma", "backbone.encoder.layer.2.layer_scale1.lambda1"},
    {"pretrained.blocks.2.ls2.gamma", "backbone.encoder.layer.2.layer_scale2.lambda1"},
    {"pretrained.blocks.0.mlp.fc1.bias", "backbone.encoder.layer.0.mlp.fc1.bias"},
    {"pretrained.blocks.0.mlp.w12.bias", "backbone.encoder.layer.0.mlp.weights_in.bias"},
    {"pretrained.blocks.0.mlp.w3.weight", "backbone.encoder.layer.0.mlp.weights_out.weight"},
    {"pretrained.norm.weight", "backbone.layernorm.weight"},
    {"depth_head.projects.2.bias", "neck.reassemble_stage.layers.2.projection.bias"},
    {"depth_head.resize_layers.3.weight", "neck.reassemble_stage.layers.3.resize.weight"},
    {"depth_head.scratch.layer1_rn.weight", "neck.convs.0.weight"},
    {"depth_head.scratch.refinenet4.out_conv.bias", "neck.fusion_stage.layers.0.projection.bias"},
    {"depth_head.scratch.refinenet1.resConfUnit1.conv2.weight",
     "neck.fusion_stage.layers.3.residual_layer1.convolution2.weight"},
    {"depth_head.scratch.refinenet2.resConfUnit2.conv1.weight",
     "neck.fusion_stage.layers.2.residual_layer2.convolution1.weight"},
    {"depth_head.scratch.refinenet3.resConfUnit_depth.4.bias",
     "neck.fusion_stage.layers.1.prompt_depth_layer.convolution3.bias"},
    {"depth_head.scratch.output_conv1.weight", "head.conv1.weight"},
    {"depth_head.scratch.output_conv2.0.bias", "head.conv2.bias"},
    {"depth_head.scratch.output_conv2.2.weight", "head.conv3.weight"},
};

TEST(Naming, TranslatesEveryKindOfHuggingFaceName) {
  MemoryWeights weights("a test");
  float value = 0;
  for (const auto& [official, theirs] : kHuggingFaceNames)
    weights.add(theirs, HostTensor::filled({1}, ++value));
  const Naming naming = recognise_naming(weights);
  EXPECT_EQ(naming.description(), "hugging-face");
  const auto renamed = with_official_names(weights, naming);
  EXPECT_EQ(renamed->metadata().at(kPositionKey), "hugging-face");
  value = 0;
  for (const auto& [official, theirs] : kHuggingFaceNames) {
    ASSERT_NE(renamed->find(official), nullptr) << official;
    EXPECT_EQ(renamed->read(official).to_floats()[0], ++value) << official;
  }
}

TEST(Naming, JoinsQueryKeyAndValueInThatOrder) {
  MemoryWeights weights("a test");
  const std::string layer = "backbone.encoder.layer.0.attention.attention.";
  weights.add("backbone.embeddings.cls_token", HostTensor::filled({1, 1, 2}, 0.0F));
  weights.add(layer + "value.weight", HostTensor::filled({2, 2}, 3.0F));
  weights.add(layer + "query.weight", HostTensor::filled({2, 2}, 1.0F));
  weights.add(layer + "key.weight", HostTensor::filled({2, 2}, 2.0F));
  const auto renamed = with_official_names(weights, recognise_naming(weights));
  const HostTensor qkv = renamed->read("pretrained.blocks.0.attn.qkv.weight");
  EXPECT_EQ(qkv.shape(), (Shape{6, 2}));
  EXPECT_EQ(qkv.to_floats(), (std::vector<float>{1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3}));
}

TEST(Naming, TakesNamesOfAnyLength) {
  for (const char* start : {"backbone.encoder.layer.0.", "backbone.encoder.layer.",
                            "neck.fusion_stage.layers.0.", "neck.convs.0."}) {
    MemoryWeights weights("a test");
    weights.add("backbone.embeddings.cls_token", HostTensor::filled({1, 1, 2}, 0.0F));
    weights.add(start + std::string(300000, '1'), HostTensor::filled({1}, 0.0F));
    EXPECT_EQ(with_official_names(weights, recognise_naming(weights))->tensors().size(), 2U);
  }
}

TEST(Naming, KeepsNamesThatOnlyLookLikeHuggingFaceOnes) {
  for (const char* name :
       {"backbone.encoder.layer..norm1.bias", "backbone.encoder.layer.x.norm1.bias",
        "backbone.encoder.layer.1", "neck.convs.4.weight", "neck.convs.0.bias",
        "neck.reassemble_stage.layers.0.other.bias", "neck.reassemble_stage.layers.0.resize.gamma",
        "neck.fusion_stage.layers.4.projection.bias"}) {
    MemoryWeights weights("a test");
    weights.add("backbone.embeddings.cls_token", HostTensor::filled({1, 1, 2}, 0.0F));
    weights.add(name, HostTensor::filled({1}, 0.0F));
    EXPECT_NE(with_official_names(weights, recognise_naming(weights))->find(name), nullptr) << name;
  }
}

TEST(Naming, QuotesAndShortensNamesItDoesNotKnow) {
  const std::string hostile = "\x1b[2J" + std::string(5000, 'x');
  std::vector<TensorInfo> strangers = {{hostile, DType::kF32, {1}}};
  std::vector<TensorInfo> prefixed = {{"m.pretrained.cls_token", DType::kF32, {1}},
                                      {hostile, DType::kF32, {1}}};
  for (const auto& tensors : {strangers, prefixed}) {
    try {
      recognise_naming(*shapes_only(tensors));
      FAIL() << "nothing was refused";
    } catch (const Error& error) {
      const std::string message = error.what();
      EXPECT_EQ(message.find('\x1b'), std::string::npos);
      EXPECT_LT(message.size(), 500U);
    }
  }
}

TEST(Naming, RefusesAttentionWithAPartMissing) {
  MemoryWeights weights("a test");
  weights.add("backbone.embeddings.cls_token", HostTensor::filled({1, 1, 2}, 0.0F));
  weights.add("backbone.encoder.layer.0.attention.attention.query.bias",
              HostTensor::filled({2}, 1.0F));
  EXPECT_THROW(with_official_names(weights, recognise_naming(weights)), Error);
}

TEST(Naming, RemovesAPrefixThatEveryNameHas) {
  std::vector<TensorInfo> tensors = model_tensors("vits");
  for (TensorInfo& tensor : tensors) tensor.name = "pipeline." + tensor.name;
  const auto prefixed = shapes_only(tensors);
  EXPECT_EQ(inspect_model(*prefixed).naming, "official with prefix 'pipeline.'");
  EXPECT_EQ(inspect_model(*prefixed).parameter_count, 25083073);
  tensors[0].name = "other." + tensors[0].name;
  EXPECT_THROW(inspect_model(*shapes_only(tensors)), Error);
}

}  // namespace
}  // namespace promptdepth
