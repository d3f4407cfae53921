package dev.verhulst.kernels.cuda;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.verhulst.kernels.DataType;
import dev.verhulst.kernels.activation.Activation;
import dev.verhulst.kernels.activation.ElementwiseActivation;
import dev.verhulst.kernels.activation.PRelu;
import dev.verhulst.kernels.activation.Softmax;
import dev.verhulst.kernels.cuda.ptx.Approximation;
import dev.verhulst.kernels.cuda.ptx.DeviceMemory;
import dev.verhulst.kernels.cuda.ptx.Interpreter;
import dev.verhulst.kernels.cuda.ptx.PtxModule;
import dev.verhulst.kernels.loss.BinaryCrossEntropyWithLogits;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.LongAdder;
import java.util.regex.Pattern;

/**
 * How many FP64 instructions the shipped kernels execute for an element, counted while their PTX is
 * interpreted over numbers like those of {@link ResidentTensors}.
 */
public final class Fp64Instructions {

  /** What is counted, for the record. */
  public static final String COUNTED =
      "instructions that the PTX executes for an element, interpreted over random numbers between"
          + " 0.001 and 0.999: add, sub, mul, fma, div, rcp and sqrt of FP64, each as one, though a"
          + " GPU takes several for the last three; comparisons and conversions are not counted";

  /** An approximate reciprocal is made elsewhere than the others. */
  private static final Pattern INSTRUCTION =
      Pattern.compile("(add|sub|mul|fma|div|rcp|sqrt)\\.(?!approx)(\\w+\\.)*f64");

  private static final int ELEMENTS = 8 << 10;

  /** Few, so that a thread has many elements, as on a device. */
  private static final int THREADS = 64;

  private final KernelModules modules;

  public Fp64Instructions(GpuUnderTest gpu) {
    this(gpu.computeCapability());
  }

  Fp64Instructions(int computeCapability) {
    modules = new KernelModules(computeCapability);
  }

  /** Those of an activation's value. */
  public double forward(Activation activation) {
    return activation(activation, Pass.FORWARD);
  }

  /** Those of an activation's gradient. */
  public double backward(Activation activation) {
    return activation(activation, Pass.BACKWARD);
  }

  private double activation(Activation activation, Pass pass) {
    KernelSignature signature = KernelSignature.of(activation);
    DeviceMemory memory = new DeviceMemory();
    List<Object> arguments = new ArrayList<>(List.of(numbers(memory)));
    if (activation instanceof PRelu) {
      arguments.add(numbers(memory));
    }
    if (pass.readsGradY()) {
      arguments.add(numbers(memory));
    }
    arguments.add(numbers(memory));
    switch (activation) {
      case Softmax _ ->
          arguments.addAll(List.of(ELEMENTS / ResidentTensors.COLUMNS, ResidentTensors.COLUMNS));
      case PRelu _ -> arguments.addAll(List.of((long) ELEMENTS, ResidentTensors.COLUMNS));
      case ElementwiseActivation _ -> {
        arguments.add((long) ELEMENTS);
        arguments.addAll(signature.numbers());
      }
    }
    return count(memory, signature.module(), signature.entry(pass, DataType.FP64), arguments);
  }

  /** Those of the binary cross-entropy with its gradient, without the few that add it up. */
  public double lossWithGradient() {
    DeviceMemory memory = new DeviceMemory();
    List<Object> arguments =
        List.of(
            numbers(memory),
            numbers(memory),
            0L,
            0L,
            0L,
            numbers(memory),
            numbers(memory),
            (long) ELEMENTS,
            1L,
            1.0 / ELEMENTS);
    return count(
        memory, BinaryCrossEntropyWithLogits.NAME, KernelEntries.loss(DataType.FP64), arguments);
  }

  private double count(DeviceMemory memory, String module, String entry, List<Object> arguments) {
    LongAdder executed = new LongAdder();
    new Interpreter(
            memory, new Approximation(Approximation.Direction.EXACT, new SplittableRandom(1838)))
        .launch(
            PtxModule.parse(new String(modules.ptx(module), UTF_8))
                .kernel(entry)
                .counting(name -> INSTRUCTION.matcher(name).matches(), executed),
            1,
            THREADS,
            arguments.toArray());
    return executed.doubleValue() / ELEMENTS;
  }

  private static long numbers(DeviceMemory memory) {
    long address = memory.allocate((long) ELEMENTS * Double.BYTES);
    ByteBuffer bytes = memory.host(address);
    SplittableRandom random = new SplittableRandom(1838);
    for (int i = 0; i < ELEMENTS; i++) {
      bytes.putDouble(i * Double.BYTES, random.nextDouble(0.001, 0.999));
    }
    return address;
  }
}
