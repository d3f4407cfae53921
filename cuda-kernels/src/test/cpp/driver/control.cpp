#include "control.h"

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <thread>

namespace fake {

Control& Control::instance() {
  static Control& control = *new Control();  // never destroyed: streams may outlive static objects
  return control;
}

// A process that has no other way sets the machine up with FAKE_CUDA="devices=2 cuInit:1:100", and goes on with the words of a file that
// is named by FAKE_CUDA_FILE, as they are written.
Control::Control() {
  reset();
  const char* setup = std::getenv("FAKE_CUDA");
  std::istringstream words(setup == nullptr ? "" : setup);
  for (std::string word; words >> word;) take(word);
  const char* file = std::getenv("FAKE_CUDA_FILE");
  if (file != nullptr) std::thread([this, name = std::string(file)] { take_from(name); }).detach();
}

void Control::take(const std::string& word) {
  std::size_t equals = word.find('=');
  if (equals != std::string::npos) {
    set(word.substr(0, equals), std::stol(word.substr(equals + 1)));
    return;
  }
  std::size_t first = word.find(':');
  std::size_t second = word.find(':', first + 1);
  fail(word.substr(0, first), std::stol(word.substr(first + 1)), std::stoi(word.substr(second + 1)));
}

void Control::take_from(std::string file) {
  for (std::streamoff done = 0;; std::this_thread::sleep_for(std::chrono::milliseconds(5))) {
    std::ifstream lines(file);
    lines.seekg(done);
    // A line that has no end yet is still being written.
    for (std::string line; std::getline(lines, line) && !lines.eof();) {
      done = lines.tellg();
      take(line);
    }
  }
}

void Control::set(const std::string& name, long value) {
  std::lock_guard lock(mutex_);
  properties_[name] = value;
}

long Control::get(const std::string& name) {
  std::lock_guard lock(mutex_);
  return properties_[name];
}

void Control::fail(const std::string& call, long nth, int result) {
  std::lock_guard lock(mutex_);
  failures_.push_back({call, calls_[call] + nth, result});
}

int Control::enter(const std::string& call) {
  std::lock_guard lock(mutex_);
  long number = ++calls_[call];
  for (const Failure& failure : failures_) {
    if (failure.call == call && failure.nth == number) return failure.result;
  }
  return 0;
}

int Control::enter(const std::string& call, int device) {
  int result = enter(call);
  int own = enter(call + "@" + std::to_string(device));
  return result != 0 ? result : own;
}

long Control::calls(const std::string& call) {
  std::lock_guard lock(mutex_);
  return calls_[call];
}

void Control::reset() {
  std::lock_guard lock(mutex_);
  failures_.clear();
  calls_.clear();
  properties_ = {{"devices", 1},
                 {"driver_version", 12060},
                 {"compute_capability", 80},
                 {"multiprocessors", 2},
                 {"clock_kilohertz", 1000000},
                 {"unified_addressing", 1},
                 {"memory_mebibytes", 16384},
                 {"operation_microseconds", 0},
                 {"held", 0},
                 {"idle", 0},
                 {"recovers", 1}};
}

}  // namespace fake
