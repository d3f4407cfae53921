// PTX that was loaded, and its kernels: the parameters are read off the PTX, the code is the C++ function of the same name.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace fake {

enum class Parameter { integer, float32, float64 };

// The arguments of a launch, copied when it was made.
struct Arguments {
  std::vector<unsigned long long> integers;
  std::vector<double> numbers;  // the bits of a float or of a double
};

class Function {
 public:
  Function(std::string name, void* code, std::vector<Parameter> parameters)
      : name_(std::move(name)), code_(code), parameters_(std::move(parameters)) {}

  const std::string& name() const { return name_; }

  // Copies the arguments from the addresses that a launch was given.
  Arguments read(void** addresses) const;

  // Runs it as one thread of a block.
  void call(const Arguments& arguments) const;

 private:
  std::string name_;
  void* code_;
  std::vector<Parameter> parameters_;
};

class Module {
 public:
  // The result of loading this text on a device of this compute capability, with a driver of this CUDA version.
  static int check(const std::string& text, long compute_capability, long driver_version);

  explicit Module(std::string text) : text_(std::move(text)) {}

  // The kernel of that name, or null where the text has none.
  Function* find(const std::string& name);

 private:
  std::mutex mutex_;
  std::string text_;
  std::map<std::string, std::unique_ptr<Function>> functions_;
};

}  // namespace fake
