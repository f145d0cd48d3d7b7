// SPDX-License-Identifier: Apache-2.0
package io.virtmover.velero.protocol;

import com.google.protobuf.Empty;
import io.grpc.stub.StreamObserver;
import io.virtmover.velero.action.Actions;
import io.virtmover.velero.action.BackupItemAction;
import io.virtmover.velero.wire.BackupItemActionAppliesToRequest;
import io.virtmover.velero.wire.BackupItemActionAppliesToResponse;
import io.virtmover.velero.wire.BackupItemActionCancelRequest;
import io.virtmover.velero.wire.BackupItemActionGrpc;
import io.virtmover.velero.wire.BackupItemActionProgressRequest;
import io.virtmover.velero.wire.BackupItemActionProgressResponse;
import io.virtmover.velero.wire.ExecuteRequest;
import io.virtmover.velero.wire.ExecuteResponse;

/** Velero's {@code v2.BackupItemAction}. */
final class BackupItemActionService extends BackupItemActionGrpc.BackupItemActionImplBase {
  private final Actions actions;
  private final Answers answers;

  BackupItemActionService(Actions actions, Answers answers) {
    this.actions = actions;
    this.answers = answers;
  }

  @Override
  public void appliesTo(
      BackupItemActionAppliesToRequest request,
      StreamObserver<BackupItemActionAppliesToResponse> caller) {
    answers.to(
        caller,
        request.getPlugin(),
        "say what it applies to",
        () ->
            BackupItemActionAppliesToResponse.newBuilder()
                .setResourceSelector(Wire.selector(action(request.getPlugin()).appliesTo()))
                .build());
  }

  @Override
  public void execute(ExecuteRequest request, StreamObserver<ExecuteResponse> caller) {
    answers.to(caller, request.getPlugin(), "back up an item", () -> execute(request));
  }

  private ExecuteResponse execute(ExecuteRequest request) {
    var result =
        action(request.getPlugin())
            .execute(
                Items.read(request.getItem(), "item"), Items.read(request.getBackup(), "backup"));
    return ExecuteResponse.newBuilder()
        .setItem(Items.write(result.item(), request.getPlugin()))
        .addAllAdditionalItems(Wire.identifiers(result.additionalItems()))
        .setOperationID(result.operationId().orElse(""))
        .addAllPostOperationItems(Wire.identifiers(result.itemsToUpdate()))
        .build();
  }

  @Override
  public void progress(
      BackupItemActionProgressRequest request,
      StreamObserver<BackupItemActionProgressResponse> caller) {
    answers.to(
        caller,
        request.getPlugin(),
        "say how far operation %s is".formatted(request.getOperationID()),
        () ->
            BackupItemActionProgressResponse.newBuilder()
                .setProgress(
                    Wire.progress(
                        action(request.getPlugin())
                            .progress(
                                request.getOperationID(),
                                Items.read(request.getBackup(), "backup"))))
                .build());
  }

  @Override
  public void cancel(BackupItemActionCancelRequest request, StreamObserver<Empty> caller) {
    answers.to(
        caller,
        request.getPlugin(),
        "cancel operation %s".formatted(request.getOperationID()),
        () -> {
          action(request.getPlugin())
              .cancel(request.getOperationID(), Items.read(request.getBackup(), "backup"));
          return Empty.getDefaultInstance();
        });
  }

  private BackupItemAction action(String name) {
    return actions.find(BackupItemAction.class, name);
  }
}
