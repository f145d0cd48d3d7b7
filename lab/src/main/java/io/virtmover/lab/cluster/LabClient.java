// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.cluster;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Clients of an API server that shares its few cores with guests, movers and builds: it may take
 * longer to answer than the library's ten seconds.
 */
public final class LabClient {
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private LabClient() {}

  /** A client of a lab, by its kubeconfig file. */
  public static KubernetesClient of(Path kubeconfig) {
    return of(Config.fromKubeconfig(kubeconfig.toFile()));
  }

  /** A client with these settings, but patient. */
  public static KubernetesClient of(Config config) {
    var patience = (int) PATIENCE.toMillis();
    return new KubernetesClientBuilder()
        .withConfig(
            new ConfigBuilder(config)
                .withConnectionTimeout(patience)
                .withRequestTimeout(patience)
                .build())
        .build();
  }
}
