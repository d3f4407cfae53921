// The functions of libcuda.so.1 that the backend calls, and, at the end, those by which a test controls them.
//
// Every function but the first few wants a context to be current in the calling thread, and returns the sticky result of a lost one.

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstring>
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
using fake::Stream;
using DevicePointer = unsigned long long;

// When a stream came to it, in nanoseconds; 0 before that.
struct Event {
  std::atomic<long> nanoseconds{0};
};

std::atomic<long> events{0};
std::atomic<bool> initialised{false};
thread_local std::vector<Context*> current_contexts;

// What a call returns before it does anything, or 0.
int enter(const char* call) {
  int result = Control::instance().enter(call);
  if (result != 0) {
    Context::primary().set_error(result);
    return result;
  }
  return std::strcmp(call, "cuInit") == 0 || initialised ? fake::success : fake::not_initialized;
}

int enter_context(const char* call) {
  int result = enter(call);
  if (result != 0) return result;
  if (current_contexts.empty() || Context::primary().users() == 0) return fake::invalid_context;
  return Context::primary().error();
}

long property(const char* name) { return Control::instance().get(name); }

void* pointer(DevicePointer address) { return reinterpret_cast<void*>(address); }

int allocate(Memory& memory, void** address, std::size_t byte_size) {
  if (byte_size == 0) return fake::invalid_value;
  *address = memory.allocate(byte_size);
  return *address == nullptr ? fake::out_of_memory : fake::success;
}

int copy(Stream* stream, void* to, const void* from, std::size_t byte_size) {
  stream->add([=] {
    std::memcpy(to, from, byte_size);
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
  constexpr int multiprocessors = 16, major = 75, minor = 76;
  long capability = property("compute_capability");
  *value = attribute == multiprocessors ? static_cast<int>(property("multiprocessors"))
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

int cuDevicePrimaryCtxSetFlags_v2(int, unsigned) { return enter("cuDevicePrimaryCtxSetFlags"); }

int cuDevicePrimaryCtxRetain(void** context, int) {
  int result = enter("cuDevicePrimaryCtxRetain");
  if (result != 0) return result;
  Context::primary().retain();
  *context = &Context::primary();
  return fake::success;
}

int cuDevicePrimaryCtxRelease_v2(int) {
  int result = enter("cuDevicePrimaryCtxRelease");
  if (result != 0) return result;
  if (Context::primary().users() == 0) return fake::invalid_context;
  Context::primary().release();
  return fake::success;
}

int cuCtxPushCurrent_v2(void* context) {
  int result = enter("cuCtxPushCurrent");
  if (result != 0) return result;
  if (context != &Context::primary()) return fake::invalid_context;
  current_contexts.push_back(&Context::primary());
  return fake::success;
}

int cuCtxPopCurrent_v2(void** context) {
  int result = enter("cuCtxPopCurrent");
  if (current_contexts.empty()) return fake::invalid_context;
  *context = current_contexts.back();
  current_contexts.pop_back();
  return result;
}

int cuModuleLoadData(Module** module, const char* text) {
  int result = enter_context("cuModuleLoadData");
  if (result == 0) result = Module::check(text, property("compute_capability"), property("driver_version"));
  if (result != 0) return result;
  *module = Context::primary().add_module(std::make_unique<Module>(text));
  return fake::success;
}

int cuModuleUnload(Module* module) {
  int result = enter_context("cuModuleUnload");
  return result != 0 ? result : Context::primary().remove_module(module) ? fake::success : fake::invalid_handle;
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
  if (result == 0 && byte_size > room - Context::primary().device_memory().bytes()) result = fake::out_of_memory;
  if (result == 0) result = allocate(Context::primary().device_memory(), &memory, byte_size);
  *address = reinterpret_cast<DevicePointer>(memory);
  return result;
}

int cuMemFree_v2(DevicePointer address) {
  int result = enter_context("cuMemFree");
  if (result != 0) return result;
  return Context::primary().device_memory().release(pointer(address)) ? fake::success : fake::invalid_value;
}

int cuMemHostAlloc(void** address, std::size_t byte_size, unsigned) {
  int result = enter_context("cuMemHostAlloc");
  return result != 0 ? result : allocate(Context::primary().host_memory(), address, byte_size);
}

int cuMemFreeHost(void* address) {
  int result = enter_context("cuMemFreeHost");
  if (result != 0) return result;
  return Context::primary().host_memory().release(address) ? fake::success : fake::invalid_value;
}

int cuStreamCreate(Stream** stream, unsigned) {
  int result = enter_context("cuStreamCreate");
  if (result == 0) *stream = Context::primary().add_stream();
  return result;
}

int cuStreamDestroy_v2(Stream* stream) {
  int result = enter_context("cuStreamDestroy");
  return result != 0 ? result : Context::primary().remove_stream(stream) ? fake::success : fake::invalid_handle;
}

int cuStreamSynchronize(Stream* stream) {
  int result = enter_context("cuStreamSynchronize");
  stream->wait();
  return result != 0 ? result : Context::primary().error();
}

int cuMemcpyHtoDAsync_v2(DevicePointer to, const void* from, std::size_t byte_size, Stream* stream) {
  int result = enter_context("cuMemcpyHtoDAsync");
  if (result != 0) return result;
  if (!Context::primary().device_memory().contains(pointer(to), byte_size)) return fake::invalid_value;
  return copy(stream, pointer(to), from, byte_size);
}

int cuMemcpyDtoHAsync_v2(void* to, DevicePointer from, std::size_t byte_size, Stream* stream) {
  int result = enter_context("cuMemcpyDtoHAsync");
  if (result != 0) return result;
  if (!Context::primary().device_memory().contains(pointer(from), byte_size)) return fake::invalid_value;
  return copy(stream, to, pointer(from), byte_size);
}

int cuMemcpyDtoDAsync_v2(DevicePointer to, DevicePointer from, std::size_t byte_size, Stream* stream) {
  int result = enter_context("cuMemcpyDtoDAsync");
  if (result != 0) return result;
  Memory& memory = Context::primary().device_memory();
  if (!memory.contains(pointer(from), byte_size) || !memory.contains(pointer(to), byte_size)) return fake::invalid_value;
  return copy(stream, pointer(to), pointer(from), byte_size);
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
  stream->add([=, arguments = function->read(parameters)] {
    int failure = Control::instance().enter("kernel");
    // Every kernel reads or writes what its first parameter points to, and no memory is ever on the first page.
    if (failure == 0 && arguments.integers[0] < 4096) failure = fake::illegal_address;
    if (failure == 0 && property(("skip_" + function->name()).c_str()) == 0) host::Block::run_grid(blocks, threads, [&] { function->call(arguments); });
    return failure;
  });
  return fake::success;
}

void fake_cuda_set(const char* property, long value) { Control::instance().set(property, value); }

void fake_cuda_fail(const char* call, long nth, int result) { Control::instance().fail(call, nth, result); }

void fake_cuda_reset() {
  Control::instance().reset();
  Context::primary().reset_forgotten();
  Stream::peak = 0;
}

// What there is now, and how often a function was called: device_allocations, host_allocations, overruns, streams, modules, contexts,
// forgotten (when the last context went), current_contexts (of the calling thread), busiest (streams at once), events, or a function's name.
long fake_cuda_count(const char* what) {
  std::string name = what;
  Context& context = Context::primary();
  if (name == "device_allocations") return context.device_memory().allocations();
  if (name == "host_allocations") return context.host_memory().allocations();
  if (name == "overruns") return context.device_memory().overruns() + context.host_memory().overruns();
  if (name == "streams") return context.streams();
  if (name == "modules") return context.modules();
  if (name == "contexts") return context.users();
  if (name == "forgotten") return context.forgotten();
  if (name == "current_contexts") return static_cast<long>(current_contexts.size());
  if (name == "busiest") return Stream::peak;
  if (name == "events") return events;
  return Control::instance().calls(name);
}

}  // extern "C"
