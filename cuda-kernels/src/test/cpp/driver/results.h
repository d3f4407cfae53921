// The driver's result codes that the fake one returns on its own account.
#pragma once

namespace fake {

enum Result : int {
  success = 0,
  invalid_value = 1,
  out_of_memory = 2,
  not_initialized = 3,
  invalid_device = 101,
  no_device = 100,
  invalid_image = 200,
  invalid_context = 201,
  no_binary_for_gpu = 209,
  invalid_ptx = 218,
  unsupported_ptx_version = 222,
  invalid_handle = 400,
  not_found = 500,
  not_ready = 600,
  illegal_address = 700,
  host_memory_already_registered = 712,
  host_memory_not_registered = 713,
};

// Whether a result kills the context.
inline bool is_sticky(int result) {
  return result == 214 || result == 220 || (result >= 700 && result <= 719 && result != 701 && result != 712 && result != 713) ||
         result == 999;
}

}  // namespace fake
