package dev.verhulst.kernels.cuda;

import dev.verhulst.kernels.ActivationTask;
import dev.verhulst.kernels.DataType;
import dev.verhulst.kernels.Device;
import dev.verhulst.kernels.DeviceKind;
import dev.verhulst.kernels.HostBuffer;
import dev.verhulst.kernels.LossTask;
import dev.verhulst.kernels.activation.Activation;
import dev.verhulst.kernels.loss.BinaryCrossEntropyWithLogits;
import java.util.List;

/**
 * A GPU whose tensors go one of the ways, whatever its options say: to measure it.
 *
 * @param device the GPU, which stays the caller's to close
 * @param choice the way
 */
record ForcedTransfer(CudaDevice device, TransferChoice choice) implements Device {

  ForcedTransfer(CudaDevice device, Transfer transfer) {
    this(device, new TransferChoice(transfer, true, device.memory()));
  }

  @Override
  public DeviceKind kind() {
    return device.kind();
  }

  @Override
  public String description() {
    return device.description();
  }

  @Override
  public HostBuffer allocate(long byteSize) {
    return device.allocate(byteSize);
  }

  @Override
  public void run(Activation activation, DataType dataType, List<ActivationTask> tasks) {
    device.run(activation, dataType, tasks, choice);
  }

  @Override
  public void run(BinaryCrossEntropyWithLogits loss, DataType dataType, List<LossTask> tasks) {
    device.run(loss, dataType, tasks);
  }

  @Override
  public void close() {}
}
