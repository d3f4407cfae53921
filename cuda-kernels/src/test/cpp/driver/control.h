// What a test sets and reads: the machine that is imitated, failures on demand, and counts.
#pragma once

#include <atomic>
#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace fake {

class Control {
 public:
  static Control& instance();

  // Sets a property: devices, driver_version (12060 for 12.6), compute_capability (80 for 8.0), memory_mebibytes,
  // operation_microseconds (how long each copy and each launch takes at least), held (1 while no copy and no launch may go on),
  // skip_KERNEL (1 where the kernel of that name does nothing).
  void set(const std::string& name, long value);
  long get(const std::string& name);

  // Lets the nth call of a driver's function from now on (1 is the next) return a result. "kernel" stands for the run of a kernel on
  // the device, later than the call that launched it.
  void fail(const std::string& call, long nth, int result);

  // Counts a call; returns the result that it is to fail with, or 0.
  int enter(const std::string& call);
  long calls(const std::string& call);

  // Forgets failures and counts, and imitates the default machine.
  void reset();

 private:
  struct Failure {
    std::string call;
    long nth;
    int result;
  };

  Control();

  std::mutex mutex_;
  std::map<std::string, long> properties_;
  std::map<std::string, long> calls_;
  std::vector<Failure> failures_;
};

}  // namespace fake
