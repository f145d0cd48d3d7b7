// SPDX-License-Identifier: Apache-2.0
package io.virtmover.velero;

import io.virtmover.velero.action.Surroundings;
import io.virtmover.velero.kubernetes.HttpKubernetesApi;
import io.virtmover.velero.protocol.PluginProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;

/** The program. */
public final class Main {
  private static final String INSTALL = "--install";

  /** Velero's own default. */
  private static final String NAMESPACE = "velero";

  private Main() {}

  public static void main(String[] arguments) {
    System.exit(
        arguments.length == 2 && arguments[0].equals(INSTALL)
            ? install(Path.of(arguments[1]))
            : serve(arguments));
  }

  private static int serve(String[] arguments) {
    var environment = System.getenv();
    return PluginProcess.run(
        arguments,
        environment,
        log ->
            VirtMoverActions.of(
                new Surroundings(
                    new HttpKubernetesApi(environment),
                    log,
                    InstantSource.system(),
                    environment.getOrDefault("VELERO_NAMESPACE", NAMESPACE))));
  }

  private static int install(Path folder) {
    try {
      Installation.copy(Path.of("/proc/self/exe").toRealPath(), folder);
      return 0;
    } catch (IOException e) {
      System.err.println("VirtMover's plugin cannot copy itself to %s: %s".formatted(folder, e));
      return 1;
    }
  }
}
