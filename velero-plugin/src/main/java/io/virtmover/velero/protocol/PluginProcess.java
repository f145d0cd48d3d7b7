// SPDX-License-Identifier: Apache-2.0
package io.virtmover.velero.protocol;

import io.virtmover.velero.action.Actions;
import io.virtmover.velero.log.JulBridge;
import io.virtmover.velero.log.Log;
import io.virtmover.velero.log.LogLevel;
import io.virtmover.velero.log.StderrLog;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** One life of the process: handshake, calls, end. */
public final class PluginProcess {
  /** What the launcher was started as, which {@code ProcessHandle} cannot tell on a JVM. */
  private static final String COMMAND = "virtmover.plugin.command";

  private static final int LOOK_FOR_THE_PARENT_SECONDS = 2;

  private PluginProcess() {}

  /**
   * Serves the host until it says to stop, or is gone.
   *
   * @param arguments the server's own; only {@code --log-level} is of interest
   * @param actions called once, before the handshake: no API call there
   * @return the exit code
   */
  public static int run(
      String[] arguments, Map<String, String> environment, Function<Log, Actions> actions) {
    var objection = Handshake.objection(environment);
    if (objection.isPresent()) {
      System.err.println(objection.get());
      return 1;
    }
    var host = takeStandardOutput();
    var log = new StderrLog(new FileOutputStream(FileDescriptor.err), level(arguments));
    JulBridge.install(log);
    try {
      serve(host, log, actions);
      return 0;
    } catch (InterruptedException e) {
      return 0;
    } catch (Throwable e) {
      log.write(LogLevel.ERROR, "VirtMover's plugin could not start: " + e, Map.of());
      return 1;
    }
  }

  private static void serve(OutputStream host, Log log, Function<Log, Actions> actions)
      throws IOException, InterruptedException {
    var parent = Parent.now();
    var end = new CountDownLatch(1);
    var server = PluginServer.start(actions.apply(log), log, command(), end::countDown);
    host.write((Handshake.line(server.port()) + "\n").getBytes(StandardCharsets.US_ASCII));
    host.flush();
    while (!end.await(LOOK_FOR_THE_PARENT_SECONDS, TimeUnit.SECONDS) && !parent.isGone()) {}
    server.stop();
  }

  /** From here on nobody else writes there: the host takes its first line for the handshake. */
  private static OutputStream takeStandardOutput() {
    System.setOut(new PrintStream(new FileOutputStream(FileDescriptor.err), true));
    return new FileOutputStream(FileDescriptor.out);
  }

  private static LogLevel level(String[] arguments) {
    var level = LogLevel.INFO;
    for (int i = 0; i < arguments.length; i++) {
      if (arguments[i].startsWith("--log-level=")) {
        level = LogLevel.of(arguments[i].substring("--log-level=".length())).orElse(level);
      } else if (arguments[i].equals("--log-level") && i + 1 < arguments.length) {
        level = LogLevel.of(arguments[i + 1]).orElse(level);
      }
    }
    return level;
  }

  private static String command() {
    var launcher = System.getProperty(COMMAND);
    return launcher != null ? launcher : ProcessHandle.current().info().command().orElse("");
  }
}
