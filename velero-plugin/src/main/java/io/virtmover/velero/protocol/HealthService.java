// SPDX-License-Identifier: Apache-2.0
package io.virtmover.velero.protocol;

import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.virtmover.velero.wire.goplugin.HealthCheckRequest;
import io.virtmover.velero.wire.goplugin.HealthCheckResponse;
import io.virtmover.velero.wire.goplugin.HealthCheckResponse.ServingStatus;
import io.virtmover.velero.wire.goplugin.HealthGrpc;

/** gRPC's health service for the one name go-plugin asks for, and the server as a whole. */
final class HealthService extends HealthGrpc.HealthImplBase {
  @Override
  public void check(HealthCheckRequest request, StreamObserver<HealthCheckResponse> caller) {
    if (isKnown(request)) {
      caller.onNext(answer(ServingStatus.SERVING));
      caller.onCompleted();
    } else {
      caller.onError(
          Status.NOT_FOUND
              .withDescription("no service is called '%s'".formatted(request.getService()))
              .asRuntimeException());
    }
  }

  /** The status does not change while the process lives, so the stream stays open in silence. */
  @Override
  public void watch(HealthCheckRequest request, StreamObserver<HealthCheckResponse> caller) {
    caller.onNext(answer(isKnown(request) ? ServingStatus.SERVING : ServingStatus.SERVICE_UNKNOWN));
  }

  private static boolean isKnown(HealthCheckRequest request) {
    return request.getService().equals("plugin") || request.getService().isEmpty();
  }

  private static HealthCheckResponse answer(ServingStatus status) {
    return HealthCheckResponse.newBuilder().setStatus(status).build();
  }
}
