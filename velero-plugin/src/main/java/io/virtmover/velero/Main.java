// SPDX-License-Identifier: Apache-2.0
package io.virtmover.velero;

import io.virtmover.velero.action.Surroundings;
import io.virtmover.velero.kubernetes.HttpKubernetesApi;
import io.virtmover.velero.protocol.PluginProcess;
import java.time.InstantSource;

/** The program. */
public final class Main {
  /** Velero's own default. */
  private static final String NAMESPACE = "velero";

  private Main() {}

  public static void main(String[] arguments) {
    var environment = System.getenv();
    System.exit(
        PluginProcess.run(
            arguments,
            environment,
            log ->
                VirtMoverActions.of(
                    new Surroundings(
                        new HttpKubernetesApi(environment),
                        log,
                        InstantSource.system(),
                        environment.getOrDefault("VELERO_NAMESPACE", NAMESPACE)))));
  }
}
