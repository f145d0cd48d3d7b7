// SPDX-License-Identifier: Apache-2.0
package io.virtmover.velero.protocol;

import io.grpc.stub.StreamObserver;
import io.virtmover.velero.action.Actions;
import io.virtmover.velero.action.DeleteItemAction;
import io.virtmover.velero.wire.DeleteItemActionAppliesToRequest;
import io.virtmover.velero.wire.DeleteItemActionAppliesToResponse;
import io.virtmover.velero.wire.DeleteItemActionExecuteRequest;
import io.virtmover.velero.wire.DeleteItemActionGrpc;
import io.virtmover.velero.wire.Empty;

/** Velero's {@code generated.DeleteItemAction}. */
final class DeleteItemActionService extends DeleteItemActionGrpc.DeleteItemActionImplBase {
  private final Actions actions;
  private final Answers answers;

  DeleteItemActionService(Actions actions, Answers answers) {
    this.actions = actions;
    this.answers = answers;
  }

  @Override
  public void appliesTo(
      DeleteItemActionAppliesToRequest request,
      StreamObserver<DeleteItemActionAppliesToResponse> caller) {
    answers.to(
        caller,
        request.getPlugin(),
        "say what it applies to",
        () ->
            DeleteItemActionAppliesToResponse.newBuilder()
                .setResourceSelector(Wire.selector(action(request.getPlugin()).appliesTo()))
                .build());
  }

  @Override
  public void execute(DeleteItemActionExecuteRequest request, StreamObserver<Empty> caller) {
    answers.to(
        caller,
        request.getPlugin(),
        "delete what belongs to an item",
        () -> {
          action(request.getPlugin())
              .execute(
                  Items.read(request.getItem(), "item"), Items.read(request.getBackup(), "backup"));
          return Empty.getDefaultInstance();
        });
  }

  private DeleteItemAction action(String name) {
    return actions.find(DeleteItemAction.class, name);
  }
}
