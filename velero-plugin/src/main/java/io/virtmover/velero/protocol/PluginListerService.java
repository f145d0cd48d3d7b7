// SPDX-License-Identifier: Apache-2.0
package io.virtmover.velero.protocol;

import io.grpc.stub.StreamObserver;
import io.virtmover.velero.action.ActionKind;
import io.virtmover.velero.action.Actions;
import io.virtmover.velero.wire.Empty;
import io.virtmover.velero.wire.ListPluginsResponse;
import io.virtmover.velero.wire.PluginIdentifier;
import io.virtmover.velero.wire.PluginListerGrpc;

/** Says which actions there are, and how Velero starts the program when it wants one. */
final class PluginListerService extends PluginListerGrpc.PluginListerImplBase {
  private final Actions actions;
  private final String command;

  PluginListerService(Actions actions, String command) {
    this.actions = actions;
    this.command = command;
  }

  @Override
  public void listPlugins(Empty request, StreamObserver<ListPluginsResponse> caller) {
    var answer = ListPluginsResponse.newBuilder();
    for (var kind : ActionKind.values()) {
      actions
          .names(kind)
          .forEach(
              name ->
                  answer.addPlugins(
                      PluginIdentifier.newBuilder()
                          .setCommand(command)
                          .setKind(kind.word())
                          .setName(name)));
    }
    caller.onNext(answer.build());
    caller.onCompleted();
  }
}
