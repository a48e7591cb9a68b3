#pragma once

#include "promptdepth/train/recipe.h"

namespace promptdepth {

/// A recipe small enough for tests: a network of a few channels on small frames.
inline Recipe tiny_recipe() {
  Recipe recipe;
  recipe.name = "tiny";
  recipe.seed = 5;
  recipe.steps = 6;
  recipe.batch = 2;
  recipe.micro_batch = 1;
  recipe.precision = Precision::kF32;
  recipe.model.channels = {8, 12};
  recipe.scenes.options.width = 48;
  recipe.scenes.options.height = 36;
  recipe.scenes.options.kind = SceneKind::kRoom;
  recipe.scenes.window = 4;
  recipe.scenes.uses = 4;
  recipe.frames = {{.width = 32, .height = 24}};
  recipe.prompts.anchor_spacing_px = {3, 6};
  recipe.prompts.point_count = {30, 100};
  recipe.optimizer.warm_up_steps = 2;
  recipe.validation = {.every_steps = 3,
                       .frames = 4,
                       .final_frames = 1,
                       .frame = {.width = 32, .height = 24},
                       .pictures = 1};
  recipe.checkpoint_every_steps = 2;
  return recipe;
}

/// Prompt Depth Anything with one attention head, four blocks and a few channels.
inline ModelRecipe tiny_prompt_depth_anything_model() {
  return {.family = "prompt_depth_anything",
          .size = "custom",
          .width = 64,
          .depth = 4,
          .neck = {8, 8, 12, 12},
          .features = 8,
          .position_grid = 4};
}

}  // namespace promptdepth
