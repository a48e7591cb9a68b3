#pragma once

#include <cstdint>

namespace promptdepth {

/// How the learning rate goes after its warm-up.
enum class Schedule : std::uint8_t {
  kTrapezoid,   ///< Stays, and falls linearly to 0 over the last decay_share of the steps.
  kConstant,    ///< Stays.
  kCosine,      ///< Falls to 0 as half a cosine.
  kPolynomial,  ///< Falls to 0 as (1 - done)^0.9 (Depth Anything V2).
};

/// AdamW with decoupled weight decay on weights (not on biases), an exponential moving average of
/// the parameters, and a rate that warms up linearly and then goes as `schedule` says.
struct OptimizerRecipe {
  double learning_rate = 5e-4;
  /// The encoder's rate (tensors `pretrained.*`), as a factor of learning_rate; 0 freezes it.
  double encoder_rate_factor = 1;
  std::int64_t warm_up_steps = 100;
  Schedule schedule = Schedule::kTrapezoid;
  double decay_share = 0.25;
  double beta1 = 0.9;
  double beta2 = 0.98;
  double epsilon = 1e-8;
  double weight_decay = 0.05;
  double clip_norm = 1;      ///< Greatest norm of the gradient of all parameters together.
  double ema_decay = 0.998;  ///< Less in the first steps: min(this, (1 + step)/(10 + step)).
};

/// The fields, for the visitors of recipe_fields.h.
template <typename V>
void visit(V& v, OptimizerRecipe& r) {
  v.field("learning_rate", r.learning_rate, 0, 1);
  v.field("encoder_rate_factor", r.encoder_rate_factor, 0, 1000);
  v.field("warm_up_steps", r.warm_up_steps, 0, 1e9);
  v.option("schedule", r.schedule,
           {{"trapezoid", Schedule::kTrapezoid},
            {"constant", Schedule::kConstant},
            {"cosine", Schedule::kCosine},
            {"polynomial", Schedule::kPolynomial}});
  v.field("decay_share", r.decay_share, 0, 1);
  v.field("beta1", r.beta1, 0, 0.999999);
  v.field("beta2", r.beta2, 0, 0.999999);
  v.field("epsilon", r.epsilon, 1e-16, 1);
  v.field("weight_decay", r.weight_decay, 0, 10);
  v.field("clip_norm", r.clip_norm, 1e-9, 1e9);
  v.field("ema_decay", r.ema_decay, 0, 0.9999999);
}

}  // namespace promptdepth
