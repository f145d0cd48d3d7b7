// SPDX-License-Identifier: Apache-2.0
package io.virtmover.velero.protocol;

import io.grpc.stub.StreamObserver;
import io.virtmover.velero.wire.goplugin.ConnInfo;
import io.virtmover.velero.wire.goplugin.GRPCBrokerGrpc;

/** The host opens this stream and says nothing on it. */
final class BrokerService extends GRPCBrokerGrpc.GRPCBrokerImplBase {
  @Override
  public StreamObserver<ConnInfo> startStream(StreamObserver<ConnInfo> host) {
    return new StreamObserver<>() {
      @Override
      public void onNext(ConnInfo info) {
        // An offer of a server that nobody here calls.
      }

      @Override
      public void onError(Throwable e) {
        // The connection is gone.
      }

      @Override
      public void onCompleted() {
        host.onCompleted();
      }
    };
  }
}
