// The functions of libcuda.so.1 that the backend calls, and, at the end, those by which a test controls them.
//
// Every function but the first few wants a context to be current in the calling thread, and returns the sticky result of a lost one.

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "../host/block.h"
#include "context.h"
#include "control.h"

namespace {

using fake::Context;
using fake::Control;
using fake::Function;
using fake::Memory;
using fake::Module;
using fake::Registrations;
using fake::Stream;
using DevicePointer = unsigned long long;

// When a stream came to it, in nanoseconds; 0 before that.
struct Event {
  std::atomic<long> nanoseconds{0};
};

std::atomic<long> events{0};
std::atomic<bool> initialised{false};
std::atomic<long> unpinned_in_flight{0};
thread_local std::vector<Context*> current_contexts;

Context& current() { return *current_contexts.back(); }

// What a call returns before it does anything, or 0.
int enter(const char* call) {
  int result = Control::instance().enter(call);
  if (result != 0) return result;
  return std::strcmp(call, "cuInit") == 0 || initialised ? fake::success : fake::not_initialized;
}

// The same of a call that is given a device, or the context of one.
int enter_device(const char* call, int device) {
  int result = Control::instance().enter(call, device);
  if (result != 0) {
    Context::primary(device).set_error(result);
    return result;
  }
  return initialised ? fake::success : fake::not_initialized;
}

int enter_context(const char* call) {
  if (current_contexts.empty()) return fake::invalid_context;
  int result = enter_device(call, current().device());
  if (result != 0) return result;
  if (current().users() == 0) return fake::invalid_context;
  return current().error();
}

long property(const char* name) { return Control::instance().get(name); }

void* pointer(DevicePointer address) { return reinterpret_cast<void*>(address); }

int allocate(Memory& memory, void** address, std::size_t byte_size) {
  if (byte_size == 0) return fake::invalid_value;
  *address = memory.allocate(byte_size);
  return *address == nullptr ? fake::out_of_memory : fake::success;
}

// A copy of page-locked memory runs while its caller goes on: the memory has to stay page-locked until it is done.
int copy(Stream* stream, void* to, const void* from, std::size_t byte_size, const void* host) {
  bool pinned = Registrations::instance().contains(host, byte_size);
  stream->add([=] {
    std::memcpy(to, from, byte_size);
    if (pinned && !Registrations::instance().contains(host, byte_size)) unpinned_in_flight++;
    return 0;
  });
  return fake::success;
}

}  // namespace

extern "C" {

int cuInit(unsigned) {
  int result = enter("cuInit");
  if (result != 0) return result;
  if (property("devices") == 0) return fake::no_device;
  initialised = true;
  return fake::success;
}

int cuDriverGetVersion(int* version) {
  *version = static_cast<int>(property("driver_version"));
  return Control::instance().enter("cuDriverGetVersion");
}

int cuDeviceGetCount(int* count) {
  *count = static_cast<int>(property("devices"));
  return enter("cuDeviceGetCount");
}

int cuDeviceGet(int* device, int ordinal) {
  *device = ordinal;
  int result = enter("cuDeviceGet");
  return result != 0 || ordinal < property("devices") ? result : fake::invalid_device;
}

int cuDeviceGetName(char* name, int length, int) {
  std::snprintf(name, static_cast<std::size_t>(length), "Imitated GPU");
  return enter("cuDeviceGetName");
}

int cuDeviceGetAttribute(int* value, int attribute, int) {
  constexpr int clock_rate = 13, multiprocessors = 16, unified_addressing = 41, major = 75, minor = 76, registered_host_pointers = 91;
  long capability = property("compute_capability");
  *value = attribute == multiprocessors ? static_cast<int>(property("multiprocessors"))
           : attribute == clock_rate    ? static_cast<int>(property("clock_kilohertz"))
           : attribute == unified_addressing || attribute == registered_host_pointers ? static_cast<int>(property("unified_addressing"))
           : attribute == major         ? static_cast<int>(capability / 10)
           : attribute == minor         ? static_cast<int>(capability % 10)
                                        : 0;
  return enter("cuDeviceGetAttribute");
}

int cuDeviceGetPCIBusId(char* id, int length, int device) {
  std::snprintf(id, static_cast<std::size_t>(length), "0000:%02x:00.0", device + 1);
  return enter("cuDeviceGetPCIBusId");
}

int cuDeviceTotalMem_v2(std::size_t* byte_size, int) {
  *byte_size = static_cast<std::size_t>(property("memory_mebibytes")) << 20;
  return enter("cuDeviceTotalMem");
}

int cuDevicePrimaryCtxSetFlags_v2(int device, unsigned) { return enter_device("cuDevicePrimaryCtxSetFlags", device); }

int cuDevicePrimaryCtxRetain(void** context, int device) {
  int result = enter_device("cuDevicePrimaryCtxRetain", device);
  if (result != 0) return result;
  Context::primary(device).retain();
  *context = &Context::primary(device);
  return fake::success;
}

int cuDevicePrimaryCtxRelease_v2(int device) {
  int result = enter_device("cuDevicePrimaryCtxRelease", device);
  if (result != 0) return result;
  if (Context::primary(device).users() == 0) return fake::invalid_context;
  Context::primary(device).release();
  return fake::success;
}

int cuDevicePrimaryCtxReset_v2(int device) {
  int result = enter_device("cuDevicePrimaryCtxReset", device);
  if (result == 0) Context::primary(device).reset();
  return result;
}

int cuDevicePrimaryCtxGetState(int device, unsigned* flags, int* active) {
  *flags = 0;
  *active = Context::primary(device).users() > 0;
  return enter_device("cuDevicePrimaryCtxGetState", device);
}

int cuCtxPushCurrent_v2(Context* context) {
  int result = enter_device("cuCtxPushCurrent", context->device());
  if (result != 0) return result;
  current_contexts.push_back(context);
  return fake::success;
}

int cuCtxPopCurrent_v2(void** context) {
  if (current_contexts.empty()) return fake::invalid_context;
  int result = enter_device("cuCtxPopCurrent", current().device());
  *context = current_contexts.back();
  current_contexts.pop_back();
  return result;
}

int cuModuleLoadData(Module** module, const char* text) {
  int result = enter_context("cuModuleLoadData");
  if (result == 0) result = Module::check(text, property("compute_capability"), property("driver_version"));
  if (result != 0) return result;
  *module = current().add_module(std::make_unique<Module>(text));
  return fake::success;
}

int cuModuleUnload(Module* module) {
  int result = enter_context("cuModuleUnload");
  return result != 0 ? result : current().remove_module(module) ? fake::success : fake::invalid_handle;
}

int cuModuleGetFunction(Function** function, Module* module, const char* name) {
  int result = enter_context("cuModuleGetFunction");
  if (result != 0) return result;
  *function = module->find(name);
  return *function == nullptr ? fake::not_found : fake::success;
}

int cuMemAlloc_v2(DevicePointer* address, std::size_t byte_size) {
  int result = enter_context("cuMemAlloc");
  void* memory = nullptr;
  std::size_t room = static_cast<std::size_t>(property("memory_mebibytes")) << 20;
  if (result == 0 && byte_size > room - current().device_memory().bytes()) result = fake::out_of_memory;
  if (result == 0) result = allocate(current().device_memory(), &memory, byte_size);
  *address = reinterpret_cast<DevicePointer>(memory);
  return result;
}

int cuMemFree_v2(DevicePointer address) {
  int result = enter_context("cuMemFree");
  if (result != 0) return result;
  return current().device_memory().release(pointer(address)) ? fake::success : fake::invalid_value;
}

int cuMemHostRegister_v2(void* address, std::size_t byte_size, unsigned) {
  int result = enter_context("cuMemHostRegister");
  if (result != 0) return result;
  bool added = Registrations::instance().add(address, byte_size, current());
  return added ? fake::success : fake::host_memory_already_registered;
}

int cuMemHostUnregister(void* address) {
  int result = enter_context("cuMemHostUnregister");
  if (result != 0) return result;
  return Registrations::instance().remove(address) ? fake::success : fake::host_memory_not_registered;
}

int cuStreamCreate(Stream** stream, unsigned) {
  int result = enter_context("cuStreamCreate");
  if (result == 0) *stream = current().add_stream();
  return result;
}

int cuStreamDestroy_v2(Stream* stream) {
  int result = enter_context("cuStreamDestroy");
  return result != 0 ? result : current().remove_stream(stream) ? fake::success : fake::invalid_handle;
}

int cuStreamSynchronize(Stream* stream) {
  int result = enter_context("cuStreamSynchronize");
  stream->wait();
  return result != 0 ? result : current().error();
}

int cuMemcpyHtoDAsync_v2(DevicePointer to, const void* from, std::size_t byte_size, Stream* stream) {
  int result = enter_context("cuMemcpyHtoDAsync");
  if (result != 0) return result;
  if (!current().device_memory().contains(pointer(to), byte_size)) return fake::invalid_value;
  return copy(stream, pointer(to), from, byte_size, from);
}

int cuMemcpyDtoHAsync_v2(void* to, DevicePointer from, std::size_t byte_size, Stream* stream) {
  int result = enter_context("cuMemcpyDtoHAsync");
  if (result != 0) return result;
  if (!current().device_memory().contains(pointer(from), byte_size)) return fake::invalid_value;
  return copy(stream, to, pointer(from), byte_size, to);
}

int cuMemcpyDtoDAsync_v2(DevicePointer to, DevicePointer from, std::size_t byte_size, Stream* stream) {
  int result = enter_context("cuMemcpyDtoDAsync");
  if (result != 0) return result;
  Memory& memory = current().device_memory();
  if (!memory.contains(pointer(from), byte_size) || !memory.contains(pointer(to), byte_size)) return fake::invalid_value;
  stream->add([=] {
    std::memcpy(pointer(to), pointer(from), byte_size);
    return 0;
  });
  return fake::success;
}

int cuEventCreate(Event** event, unsigned) {
  int result = enter_context("cuEventCreate");
  if (result != 0) return result;
  *event = new Event();
  events++;
  return fake::success;
}

int cuEventDestroy_v2(Event* event) {
  int result = enter_context("cuEventDestroy");
  if (result != 0) return result;
  delete event;
  events--;
  return fake::success;
}

int cuEventRecord(Event* event, Stream* stream) {
  int result = enter_context("cuEventRecord");
  if (result != 0) return result;
  stream->add([=] {
    event->nanoseconds = std::chrono::steady_clock::now().time_since_epoch().count();
    return 0;
  });
  return fake::success;
}

int cuEventElapsedTime(float* milliseconds, Event* start, Event* end) {
  int result = enter_context("cuEventElapsedTime");
  if (result != 0) return result;
  if (start->nanoseconds == 0 || end->nanoseconds == 0) return fake::not_ready;
  *milliseconds = static_cast<float>(end->nanoseconds - start->nanoseconds) / 1e6f;
  return fake::success;
}

int cuLaunchKernel(Function* function, unsigned blocks, unsigned blocks_y, unsigned blocks_z, unsigned threads, unsigned threads_y,
                   unsigned threads_z, unsigned shared_bytes, Stream* stream, void** parameters, void** extra) {
  int result = enter_context("cuLaunchKernel");
  if (result != 0) return result;
  bool one_dimension = blocks_y == 1 && blocks_z == 1 && threads_y == 1 && threads_z == 1;
  if (blocks == 0 || threads == 0 || threads > 1024 || !one_dimension || shared_bytes != 0 || extra != nullptr) {
    return fake::invalid_value;
  }
  stream->add([=, device = current().device(), arguments = function->read(parameters)] {
    int failure = Control::instance().enter("kernel", device);
    // Every kernel reads or writes what its first parameter points to, and no memory is ever on the first page.
    if (failure == 0 && arguments.integers[0] < 4096) failure = fake::illegal_address;
    if (failure == 0 && function->name().find("_mapped_") != std::string::npos) {
      // A table of pieces, of eight words each, five of which are addresses: what a GPU reaches over the bus is page-locked.
      auto* table = reinterpret_cast<const unsigned long long*>(arguments.integers[0]);
      std::size_t pieces = arguments.integers[1];
      auto reaches = [](const void* address, std::size_t bytes) { return Registrations::instance().contains(address, bytes); };
      if (!reaches(table, pieces * 64)) failure = fake::illegal_address;
      for (std::size_t word = 0; failure == 0 && word < pieces * 8; word++) {
        if (word % 8 < 5 && table[word] != 0 && !reaches(reinterpret_cast<void*>(table[word]), 1)) failure = fake::illegal_address;
      }
    }
    bool computes = property("idle") == 0 && property(("skip_" + function->name()).c_str()) == 0;
    if (failure == 0 && computes) host::Block::run_grid(blocks, threads, [&] { function->call(arguments); });
    return failure;
  });
  return fake::success;
}

// For other imitated libraries: what a call of theirs is to return before it does anything, or 0; whether bytes are the device's; and
// work for a stream.
int fake_cuda_enter(const char* call) { return enter_context(call); }

bool fake_cuda_contains(const void* address, std::size_t byte_size) {
  return current().device_memory().contains(address, byte_size);
}

void fake_cuda_enqueue(Stream* stream, const std::function<int()>& operation) { stream->add(operation); }

void fake_cuda_set(const char* property, long value) { Control::instance().set(property, value); }

void fake_cuda_fail(const char* call, long nth, int result) { Control::instance().fail(call, nth, result); }

void fake_cuda_reset() {
  Control::instance().reset();
  for (int i = 0; i < Context::most_devices; i++) Context::primary(i).reset_forgotten();
  unpinned_in_flight = 0;
  Stream::peak = 0;
}

// What there is now, in all contexts, and how often a function was called: device_allocations, overruns, streams, modules, contexts,
// forgotten (when the last context went), registrations (of host memory), unpinned_in_flight (copies whose memory did not stay
// registered), current_contexts (of the calling thread), busiest (streams at once), events, or a function's name.
long fake_cuda_count(const char* what) {
  std::string name = what;
  if (name == "registrations") return Registrations::instance().size();
  if (name == "unpinned_in_flight") return unpinned_in_flight;
  if (name == "current_contexts") return static_cast<long>(current_contexts.size());
  if (name == "busiest") return Stream::peak;
  if (name == "events") return events;
  const std::map<std::string, long (*)(Context&)> of_contexts = {
      {"device_allocations", [](Context& context) { return context.device_memory().allocations(); }},
      {"overruns", [](Context& context) { return context.device_memory().overruns(); }},
      {"streams", [](Context& context) { return context.streams(); }},
      {"modules", [](Context& context) { return context.modules(); }},
      {"contexts", [](Context& context) { return context.users(); }},
      {"forgotten", [](Context& context) { return context.forgotten(); }},
  };
  auto found = of_contexts.find(name);
  if (found == of_contexts.end()) return Control::instance().calls(name);
  long sum = 0;
  for (int i = 0; i < Context::most_devices; i++) sum += found->second(Context::primary(i));
  return sum;
}

}  // extern "C"
