package dev.verhulst.client.grpc;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import java.util.concurrent.TimeUnit;

/** A channel without calls, that counts how often its connections are meddled with. */
final class FakeChannel extends ManagedChannel {

  int left;
  int reset;

  @Override
  public void enterIdle() {
    left++;
  }

  @Override
  public void resetConnectBackoff() {
    reset++;
  }

  @Override
  public <A, B> ClientCall<A, B> newCall(MethodDescriptor<A, B> method, CallOptions options) {
    throw new UnsupportedOperationException();
  }

  @Override
  public String authority() {
    return "localhost";
  }

  @Override
  public ManagedChannel shutdown() {
    return this;
  }

  @Override
  public ManagedChannel shutdownNow() {
    return this;
  }

  @Override
  public boolean isShutdown() {
    return false;
  }

  @Override
  public boolean isTerminated() {
    return false;
  }

  @Override
  public boolean awaitTermination(long timeout, TimeUnit unit) {
    return false;
  }
}
