#include "module.h"

#include <dlfcn.h>

#include <cstring>
#include <sstream>

#include "results.h"

namespace fake {
namespace {

// The C++ function of that name in this library.
void* code_of(const std::string& name) {
  Dl_info self;
  if (dladdr(reinterpret_cast<void*>(&code_of), &self) == 0) return nullptr;
  void* library = dlopen(self.dli_fname, RTLD_LAZY | RTLD_NOLOAD);
  return library == nullptr ? nullptr : dlsym(library, name.c_str());
}

// The number behind a directive, e.g. 70 of ".version 7.0" and 80 of ".target sm_80".
long directive(const std::string& text, const std::string& name) {
  std::size_t at = text.find(name);
  if (at == std::string::npos) return 0;
  long number = 0;
  for (std::size_t i = at + name.size(); i < text.size() && text[i] != '\n'; i++) {
    if (std::isdigit(static_cast<unsigned char>(text[i]))) number = 10 * number + (text[i] - '0');
  }
  return number;
}

}  // namespace

int Module::check(const std::string& text, long compute_capability, long driver_version) {
  if (text.find(".entry") == std::string::npos) return invalid_image;
  // CUDA 11.0 came with PTX 7.0, 12.0 with 8.0, 13.0 with 9.0, and a minor version more with each minor version.
  long newest = (driver_version / 1000 - 4) * 10 + driver_version % 1000 / 10;
  if (directive(text, ".version") > newest) return unsupported_ptx_version;
  if (directive(text, ".target") > compute_capability) return no_binary_for_gpu;
  return success;
}

Function* Module::find(const std::string& name) {
  std::lock_guard lock(mutex_);
  auto known = functions_.find(name);
  if (known != functions_.end()) return known->second.get();
  std::size_t start = text_.find(".entry " + name + "(");
  void* code = code_of(name);
  if (start == std::string::npos || code == nullptr) return nullptr;
  std::istringstream words(text_.substr(start, text_.find(')', start) - start));
  std::vector<Parameter> parameters;
  for (std::string word; words >> word;) {
    if (word == ".u64" || word == ".u32") parameters.push_back(Parameter::integer);
    if (word == ".f32") parameters.push_back(Parameter::float32);
    if (word == ".f64") parameters.push_back(Parameter::float64);
  }
  return (functions_[name] = std::make_unique<Function>(name, code, parameters)).get();
}

Arguments Function::read(void** addresses) const {
  Arguments arguments;
  for (std::size_t i = 0; i < parameters_.size(); i++) {
    unsigned long long bits = 0;
    std::memcpy(&bits, addresses[i], parameters_[i] == Parameter::float32 ? 4 : 8);
    if (parameters_[i] == Parameter::integer) {
      arguments.integers.push_back(bits);
    } else {
      double number;
      std::memcpy(&number, &bits, sizeof number);
      arguments.numbers.push_back(number);
    }
  }
  arguments.integers.resize(10);
  arguments.numbers.resize(2);
  return arguments;
}

// On x86-64 (System V), integers and floating point numbers are passed in separate registers, each in their order, a float in the
// lower half of its register, and what finds no register on the stack: a function takes what it knows of from the front, and one call
// with enough of both fits every kernel.
void Function::call(const Arguments& arguments) const {
#ifndef __x86_64__
#error "the fake driver calls kernels as x86-64 does"
#endif
  using Integer = unsigned long long;
  using Code = void (*)(Integer, Integer, Integer, Integer, Integer, Integer, Integer, Integer, Integer, Integer, double, double);
  const auto& i = arguments.integers;
  const auto& n = arguments.numbers;
  reinterpret_cast<Code>(code_)(i[0], i[1], i[2], i[3], i[4], i[5], i[6], i[7], i[8], i[9], n[0], n[1]);
}

}  // namespace fake
