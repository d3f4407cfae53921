// Device memory that is counted and guarded.
#pragma once

#include <cstddef>
#include <map>
#include <mutex>

namespace fake {

class Memory {
 public:
  // Allocates bytes at a multiple of 256, filled with 0xff (NaN in every type), with a guard behind them.
  void* allocate(std::size_t byte_size);

  // Frees them; false where there is no such allocation.
  bool release(void* address);
  void release_all();

  // Whether all of these bytes lie in one allocation.
  bool contains(const void* address, std::size_t byte_size);

  long allocations();
  // How many bytes they have.
  std::size_t bytes();
  // How many allocations somebody wrote past.
  long overruns();

 private:
  void check_and_free(void* address, std::size_t byte_size);

  std::mutex mutex_;
  std::map<char*, std::size_t> allocations_;
  long overruns_ = 0;
};

}  // namespace fake
