// SPDX-License-Identifier: Apache-2.0
package io.virtmover.velero.protocol;

import com.google.protobuf.ByteString;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.okhttp.OkHttpChannelBuilder;
import io.virtmover.velero.wire.BackupItemActionAppliesToRequest;
import io.virtmover.velero.wire.BackupItemActionGrpc;
import io.virtmover.velero.wire.BackupItemActionProgressRequest;
import io.virtmover.velero.wire.Empty;
import io.virtmover.velero.wire.ExecuteRequest;
import io.virtmover.velero.wire.PluginIdentifier;
import io.virtmover.velero.wire.PluginListerGrpc;
import io.virtmover.velero.wire.RestoreItemActionExecuteRequest;
import io.virtmover.velero.wire.RestoreItemActionGrpc;
import io.virtmover.velero.wire.RestoreItemActionProgressRequest;
import io.virtmover.velero.wire.goplugin.GRPCControllerGrpc;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Asks a plugin's process what Velero asks, for the AOT cache of the image: what is used here is
 * ready at once later. Run when an image is made, never in one; whatever the actions answer is
 * well.
 */
public final class TrainingRun {
  private static final ByteString CLAIM =
      ByteString.copyFromUtf8(
          """
          {"apiVersion":"v1","kind":"PersistentVolumeClaim","metadata":{"namespace":"training","name":"disk"},"spec":{},"status":{}}""");

  private static final ByteString OWNER =
      ByteString.copyFromUtf8(
          """
          {"apiVersion":"velero.io/v1","kind":"Backup","metadata":{"namespace":"velero","name":"training","uid":"u"},"spec":{},"status":{}}""");

  private TrainingRun() {}

  /**
   * Trains a program.
   *
   * @param arguments the program, and a folder with what a service account has ({@code ca.crt},
   *     {@code token}) and with {@code keys.p12}, an API server's keys with the password {@code
   *     training}
   */
  public static void main(String[] arguments)
      throws IOException, InterruptedException, GeneralSecurityException {
    var folder = Path.of(arguments[1]);
    try (var api = TrainingApi.start(folder.resolve("keys.p12"), "training".toCharArray())) {
      var builder =
          new ProcessBuilder(arguments[0], "--log-level=info").redirectError(Redirect.INHERIT);
      builder
          .environment()
          .putAll(
              Map.of(
                  "VELERO_PLUGIN", "hello",
                  "PLUGIN_PROTOCOL_VERSIONS", "2",
                  "KUBERNETES_SERVICE_HOST", "127.0.0.1",
                  "KUBERNETES_SERVICE_PORT", String.valueOf(api.port()),
                  "VIRTMOVER_SERVICE_ACCOUNT", folder.toString()));
      train(builder.start());
    }
  }

  private static void train(Process plugin) throws IOException, InterruptedException {
    try (var out = plugin.inputReader()) {
      var handshake = String.valueOf(out.readLine()).split("\\|", -1);
      if (handshake.length < 5) {
        throw new IOException("the program gave no handshake");
      }
      ask(handshake[3]);
      if (!plugin.waitFor(30, TimeUnit.SECONDS) || plugin.exitValue() != 0) {
        throw new IOException("the program did not end well");
      }
    } finally {
      plugin.destroyForcibly();
    }
  }

  private static void ask(String address) {
    var channel =
        OkHttpChannelBuilder.forTarget(address, InsecureChannelCredentials.create()).build();
    try {
      for (var plugin :
          PluginListerGrpc.newBlockingStub(channel)
              .listPlugins(Empty.getDefaultInstance())
              .getPluginsList()) {
        ask(channel, plugin);
      }
      tolerate(
          () ->
              GRPCControllerGrpc.newBlockingStub(channel)
                  .shutdown(io.virtmover.velero.wire.goplugin.Empty.getDefaultInstance()));
    } finally {
      channel.shutdownNow();
    }
  }

  private static void ask(ManagedChannel channel, PluginIdentifier plugin) {
    var name = plugin.getName();
    switch (plugin.getKind()) {
      case "BackupItemActionV2" -> {
        var actions = BackupItemActionGrpc.newBlockingStub(channel);
        tolerate(
            () ->
                actions.appliesTo(
                    BackupItemActionAppliesToRequest.newBuilder().setPlugin(name).build()));
        tolerate(
            () ->
                actions.execute(
                    ExecuteRequest.newBuilder()
                        .setPlugin(name)
                        .setItem(CLAIM)
                        .setBackup(OWNER)
                        .build()));
        tolerate(
            () ->
                actions.progress(
                    BackupItemActionProgressRequest.newBuilder()
                        .setPlugin(name)
                        .setOperationID("training")
                        .setBackup(OWNER)
                        .build()));
      }
      case "RestoreItemActionV2" -> {
        var actions = RestoreItemActionGrpc.newBlockingStub(channel);
        tolerate(
            () ->
                actions.execute(
                    RestoreItemActionExecuteRequest.newBuilder()
                        .setPlugin(name)
                        .setItem(CLAIM)
                        .setItemFromBackup(CLAIM)
                        .setRestore(OWNER)
                        .build()));
        tolerate(
            () ->
                actions.progress(
                    RestoreItemActionProgressRequest.newBuilder()
                        .setPlugin(name)
                        .setOperationID("training")
                        .setRestore(OWNER)
                        .build()));
      }
      default -> {
        // Asked seldom, and by the same code.
      }
    }
  }

  /** The API server here has nothing, so actions may well say no. */
  private static void tolerate(Supplier<?> call) {
    try {
      System.err.println("asked: " + call.get().getClass().getSimpleName());
    } catch (StatusRuntimeException e) {
      System.err.println("asked: " + e.getStatus().getCode());
    }
  }
}
