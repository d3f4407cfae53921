// NVIDIA's management library for machines without a GPU: one GPU on the bus 0000:02:00.0. FAKE_NVML names functions that fail.
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace {

constexpr int success = 0, not_found = 6, unknown = 999;
int gpu;

bool fails(const char* function) {
  const char* failing = std::getenv("FAKE_NVML");
  return failing != nullptr && std::strstr(failing, function) != nullptr;
}

template <typename Value>
int answer(const char* function, void* device, Value* result, Value value) {
  if (fails(function) || device != &gpu) return unknown;
  *result = value;
  return success;
}

struct Memory {
  unsigned long long total, free, used;
};

struct Utilization {
  unsigned gpu, memory;
};

}  // namespace

extern "C" {

int nvmlInit_v2() { return fails("nvmlInit") ? unknown : success; }

int nvmlDeviceGetHandleByPciBusId_v2(const char* bus_id, void** device) {
  if (std::strcmp(bus_id, "0000:02:00.0") != 0) return not_found;
  *device = &gpu;
  return success;
}

int nvmlDeviceGetUUID(void* device, char* uuid, unsigned length) {
  std::snprintf(uuid, length, "GPU-imitated");
  return device == &gpu ? success : unknown;
}

int nvmlDeviceGetMemoryInfo(void* device, Memory* memory) {
  return answer("nvmlDeviceGetMemoryInfo", device, memory, {16ull << 30, 12ull << 30, 4ull << 30});
}

int nvmlDeviceGetUtilizationRates(void* device, Utilization* rates) {
  return answer("nvmlDeviceGetUtilizationRates", device, rates, {75, 10});
}

int nvmlDeviceGetPowerUsage(void* device, unsigned* milliwatts) {
  return answer("nvmlDeviceGetPowerUsage", device, milliwatts, 123500u);
}

int nvmlDeviceGetEnforcedPowerLimit(void* device, unsigned* milliwatts) {
  return answer("nvmlDeviceGetEnforcedPowerLimit", device, milliwatts, 350000u);
}

int nvmlDeviceGetTotalEnergyConsumption(void* device, unsigned long long* millijoules) {
  static unsigned long long used = 5'000'000'000'000;
  return answer("nvmlDeviceGetTotalEnergyConsumption", device, millijoules, used += 1500);
}
}
