// Makes the kernels of one activation of the catalogue, in each type, from the macro that says what they are:
// KERNELS_OF_TYPE(name, type, T, parameters...). Included after it, at the end of a file that is compiled once
// per activation, with -DACTIVATION_NAME=elu -DACTIVATION_PARAMETERS=alpha.
#pragma once

// ", P alpha, P beta" for the names of up to two parameters
#define TYPED(P, ...) __VA_OPT__(TYPED_FIRST(P, __VA_ARGS__))
#define TYPED_FIRST(P, first, ...) , P first __VA_OPT__(, P __VA_ARGS__)

#define KERNELS(name, ...)                                \
  KERNELS_OF_TYPE(name, fp16, __half, __VA_ARGS__)        \
  KERNELS_OF_TYPE(name, bf16, __nv_bfloat16, __VA_ARGS__) \
  KERNELS_OF_TYPE(name, fp32, float, __VA_ARGS__)         \
  KERNELS_OF_TYPE(name, fp64, double, __VA_ARGS__)

KERNELS(ACTIVATION_NAME, ACTIVATION_PARAMETERS)
#ifdef ACTIVATION_VARIANT  // a form of the same activation without parameters
KERNELS(ACTIVATION_VARIANT)
#endif
