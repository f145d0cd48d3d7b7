// SPDX-License-Identifier: Apache-2.0
package io.virtmover.velero.protocol;

import com.google.protobuf.Empty;
import io.grpc.stub.StreamObserver;
import io.virtmover.velero.wire.goplugin.GRPCStdioGrpc;
import io.virtmover.velero.wire.goplugin.StdioData;

/** The host opens this stream for what the plugin prints; it stays open, and nothing comes. */
final class StdioService extends GRPCStdioGrpc.GRPCStdioImplBase {
  @Override
  public void streamStdio(Empty request, StreamObserver<StdioData> host) {}
}
