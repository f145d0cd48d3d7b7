// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.mover;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.virtmover.controller.config.ControllerConfig;

/** What movers are made of, for tests elsewhere. */
public final class SomeMovers {
  private SomeMovers() {}

  /** Jobs as the settings have them. */
  public static MoverJobs jobs(ControllerConfig config) {
    return new MoverJobs(config);
  }

  /** Files as the settings have them. */
  public static MoverFiles files(ControllerConfig config) {
    return new MoverFiles(config);
  }

  /** Refusals that an API server tells. */
  public static MoverRefusals refusals(KubernetesClient client, ControllerConfig config) {
    return new MoverRefusals(client, config);
  }
}
