// The catalogue of activations: name, parameters, y, dy/dx.
//
// One line makes every kernel of an activation: forward, derivative and backward, in four types
// (elementwise.cu). The name is the one under which the service offers it; the parameters stand in the order
// of the Java record's components. Real is float (for FP16, BF16 and FP32) or double.
#pragma once

#include "math/algebraic.cuh"
#include "math/gaussian.cuh"
#include "math/hyperbolic.cuh"
#include "math/logarithm.cuh"
#include "math/piecewise.cuh"
#include "math/sigmoid.cuh"

#define MEMBERS(...) __VA_OPT__(Real __VA_ARGS__;)
#define ACTIVATION(name, parameters, y, dy_dx)             \
  template <class Real>                                    \
  struct name {                                            \
    MEMBERS parameters                                     \
    DEVICE Real value(Real x) const { return y; }          \
    DEVICE Real derivative(Real x) const { return dy_dx; } \
  };

namespace verhulst::activation {

using namespace verhulst;

ACTIVATION(algebraic, (), math::algebraic(x), math::algebraic_derivative(x))
ACTIVATION(arctan, (), math::arctan(x), math::arctan_derivative(x))
ACTIVATION(elu, (alpha), x > 0 ? x : alpha * math::expm1(x), x > 0 ? 1 : alpha * math::exp(x))
ACTIVATION(erf, (), math::erf(x), math::erf_derivative(x))
ACTIVATION(gelu, (), math::gelu(x), math::gelu_derivative(x))
ACTIVATION(gelu_tanh, (), math::gelu_tanh(x), math::gelu_tanh_derivative(x))
ACTIVATION(gudermannian, (), math::gudermannian(x), math::gudermannian_derivative(x))
ACTIVATION(hard_sigmoid, (alpha, beta), math::hard_sigmoid(x, alpha, beta),
           math::hard_sigmoid_derivative(x, alpha, beta))
ACTIVATION(hard_swish, (), math::hard_swish(x), math::hard_swish_derivative(x))
ACTIVATION(leaky_relu, (alpha), x > 0 ? x : alpha * x, math::slope(x, alpha, Real(1)))
ACTIVATION(log_sigmoid, (), -math::softplus(-x), math::sigmoid(-x))
ACTIVATION(logit, (eps), math::logit(x, eps), math::logit_derivative(x, eps))
ACTIVATION(relu, (), at_least(Real(0), x), math::slope(x, Real(0), Real(1)))
ACTIVATION(sigmoid, (), math::sigmoid(x), math::sigmoid_derivative(x))
ACTIVATION(silu, (beta), math::silu(x, beta), math::silu_derivative(x, beta))
ACTIVATION(softplus, (), math::softplus(x), math::sigmoid(x))
ACTIVATION(tanh, (), math::tanh(x), math::tanh_derivative(x))

}  // namespace verhulst::activation
