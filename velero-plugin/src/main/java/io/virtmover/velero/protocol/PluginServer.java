// SPDX-License-Identifier: Apache-2.0
package io.virtmover.velero.protocol;

import io.grpc.InsecureServerCredentials;
import io.grpc.Server;
import io.grpc.okhttp.OkHttpServerBuilder;
import io.virtmover.velero.action.Actions;
import io.virtmover.velero.log.Log;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

/** The gRPC server, on the loopback address alone. */
final class PluginServer {
  /** A restore's request holds two items of the API server's greatest size, and the Restore. */
  private static final int MOST_REQUEST_BYTES = 32 * 1024 * 1024;

  private final Server server;

  private PluginServer(Server server) {
    this.server = server;
  }

  /** Starts to listen; the server takes calls when this returns. */
  static PluginServer start(Actions actions, Log log, String command, Runnable end)
      throws IOException {
    var answers = new Answers(log);
    return new PluginServer(
        OkHttpServerBuilder.forPort(
                new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), 0),
                InsecureServerCredentials.create())
            .maxInboundMessageSize(MOST_REQUEST_BYTES)
            .permitKeepAliveWithoutCalls(true)
            .addService(new HealthService())
            .addService(new ControllerService(end))
            .addService(new BrokerService())
            .addService(new StdioService())
            .addService(new PluginListerService(actions, command))
            .addService(new BackupItemActionService(actions, answers))
            .addService(new RestoreItemActionService(actions, answers))
            .addService(new DeleteItemActionService(actions, answers))
            .addService(new ItemBlockActionService(actions, answers))
            .build()
            .start());
  }

  int port() {
    return server.getPort();
  }

  /** Gives the last answers a moment to leave; the host closes the connection when it has them. */
  void stop() throws InterruptedException {
    server.shutdown();
    server.awaitTermination(500, TimeUnit.MILLISECONDS);
  }
}
