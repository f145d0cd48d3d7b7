// SPDX-License-Identifier: Apache-2.0
package io.virtmover.velero.protocol;

import io.grpc.stub.StreamObserver;
import io.virtmover.velero.wire.goplugin.Empty;
import io.virtmover.velero.wire.goplugin.GRPCControllerGrpc;

/** The host's word that the process is to end. */
final class ControllerService extends GRPCControllerGrpc.GRPCControllerImplBase {
  private final Runnable end;

  ControllerService(Runnable end) {
    this.end = end;
  }

  @Override
  public void shutdown(Empty request, StreamObserver<Empty> caller) {
    caller.onNext(Empty.getDefaultInstance());
    caller.onCompleted();
    end.run();
  }
}
