// SPDX-License-Identifier: Apache-2.0
package io.virtmover.velero.protocol;

import com.google.protobuf.Empty;
import io.grpc.stub.StreamObserver;
import io.virtmover.velero.action.Actions;
import io.virtmover.velero.action.RestoreItemAction;
import io.virtmover.velero.wire.RestoreItemActionAppliesToRequest;
import io.virtmover.velero.wire.RestoreItemActionAppliesToResponse;
import io.virtmover.velero.wire.RestoreItemActionCancelRequest;
import io.virtmover.velero.wire.RestoreItemActionExecuteRequest;
import io.virtmover.velero.wire.RestoreItemActionExecuteResponse;
import io.virtmover.velero.wire.RestoreItemActionGrpc;
import io.virtmover.velero.wire.RestoreItemActionItemsReadyRequest;
import io.virtmover.velero.wire.RestoreItemActionItemsReadyResponse;
import io.virtmover.velero.wire.RestoreItemActionProgressRequest;
import io.virtmover.velero.wire.RestoreItemActionProgressResponse;

/** Velero's {@code v2.RestoreItemAction}. */
final class RestoreItemActionService extends RestoreItemActionGrpc.RestoreItemActionImplBase {
  private final Actions actions;
  private final Answers answers;

  RestoreItemActionService(Actions actions, Answers answers) {
    this.actions = actions;
    this.answers = answers;
  }

  @Override
  public void appliesTo(
      RestoreItemActionAppliesToRequest request,
      StreamObserver<RestoreItemActionAppliesToResponse> caller) {
    answers.to(
        caller,
        request.getPlugin(),
        "say what it applies to",
        () ->
            RestoreItemActionAppliesToResponse.newBuilder()
                .setResourceSelector(Wire.selector(action(request.getPlugin()).appliesTo()))
                .build());
  }

  @Override
  public void execute(
      RestoreItemActionExecuteRequest request,
      StreamObserver<RestoreItemActionExecuteResponse> caller) {
    answers.to(caller, request.getPlugin(), "restore an item", () -> execute(request));
  }

  private RestoreItemActionExecuteResponse execute(RestoreItemActionExecuteRequest request) {
    var result =
        action(request.getPlugin())
            .execute(
                Items.read(request.getItem(), "item"),
                Items.read(request.getItemFromBackup(), "item from the backup"),
                Items.read(request.getRestore(), "restore"));
    var response =
        RestoreItemActionExecuteResponse.newBuilder()
            .setItem(Items.write(result.item(), request.getPlugin()))
            .addAllAdditionalItems(Wire.identifiers(result.additionalItems()))
            .setSkipRestore(result.skipRestore())
            .setOperationID(result.operationId().orElse(""))
            .setWaitForAdditionalItems(result.waitFor().isPresent());
    result
        .waitFor()
        .ifPresent(atMost -> response.setAdditionalItemsReadyTimeout(Wire.duration(atMost)));
    return response.build();
  }

  @Override
  public void progress(
      RestoreItemActionProgressRequest request,
      StreamObserver<RestoreItemActionProgressResponse> caller) {
    answers.to(
        caller,
        request.getPlugin(),
        "say how far operation %s is".formatted(request.getOperationID()),
        () ->
            RestoreItemActionProgressResponse.newBuilder()
                .setProgress(
                    Wire.progress(
                        action(request.getPlugin())
                            .progress(
                                request.getOperationID(),
                                Items.read(request.getRestore(), "restore"))))
                .build());
  }

  @Override
  public void cancel(RestoreItemActionCancelRequest request, StreamObserver<Empty> caller) {
    answers.to(
        caller,
        request.getPlugin(),
        "cancel operation %s".formatted(request.getOperationID()),
        () -> {
          action(request.getPlugin())
              .cancel(request.getOperationID(), Items.read(request.getRestore(), "restore"));
          return Empty.getDefaultInstance();
        });
  }

  @Override
  public void areAdditionalItemsReady(
      RestoreItemActionItemsReadyRequest request,
      StreamObserver<RestoreItemActionItemsReadyResponse> caller) {
    answers.to(
        caller,
        request.getPlugin(),
        "say whether items are ready",
        () ->
            RestoreItemActionItemsReadyResponse.newBuilder()
                .setReady(
                    action(request.getPlugin())
                        .areAdditionalItemsReady(
                            Wire.read(request.getAdditionalItemsList()),
                            Items.read(request.getRestore(), "restore")))
                .build());
  }

  private RestoreItemAction action(String name) {
    return actions.find(RestoreItemAction.class, name);
  }
}
