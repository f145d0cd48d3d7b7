// SPDX-License-Identifier: Apache-2.0
package io.virtmover.velero.protocol;

import io.grpc.stub.StreamObserver;
import io.virtmover.velero.action.Actions;
import io.virtmover.velero.action.ItemBlockAction;
import io.virtmover.velero.wire.ItemBlockActionAppliesToRequest;
import io.virtmover.velero.wire.ItemBlockActionAppliesToResponse;
import io.virtmover.velero.wire.ItemBlockActionGetRelatedItemsRequest;
import io.virtmover.velero.wire.ItemBlockActionGetRelatedItemsResponse;
import io.virtmover.velero.wire.ItemBlockActionGrpc;

/** Velero's {@code v1.ItemBlockAction}. */
final class ItemBlockActionService extends ItemBlockActionGrpc.ItemBlockActionImplBase {
  private final Actions actions;
  private final Answers answers;

  ItemBlockActionService(Actions actions, Answers answers) {
    this.actions = actions;
    this.answers = answers;
  }

  @Override
  public void appliesTo(
      ItemBlockActionAppliesToRequest request,
      StreamObserver<ItemBlockActionAppliesToResponse> caller) {
    answers.to(
        caller,
        request.getPlugin(),
        "say what it applies to",
        () ->
            ItemBlockActionAppliesToResponse.newBuilder()
                .setResourceSelector(Wire.selector(action(request.getPlugin()).appliesTo()))
                .build());
  }

  @Override
  public void getRelatedItems(
      ItemBlockActionGetRelatedItemsRequest request,
      StreamObserver<ItemBlockActionGetRelatedItemsResponse> caller) {
    answers.to(
        caller,
        request.getPlugin(),
        "say what belongs to an item",
        () ->
            ItemBlockActionGetRelatedItemsResponse.newBuilder()
                .addAllRelatedItems(
                    Wire.identifiers(
                        action(request.getPlugin())
                            .relatedItems(
                                Items.read(request.getItem(), "item"),
                                Items.read(request.getBackup(), "backup"))))
                .build());
  }

  private ItemBlockAction action(String name) {
    return actions.find(ItemBlockAction.class, name);
  }
}
