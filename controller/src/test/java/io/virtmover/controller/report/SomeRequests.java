// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.report;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.virtmover.controller.config.ControllerConfig;

/** Writing requests, for tests elsewhere. */
public final class SomeRequests {
  private SomeRequests() {}

  /** Requests at an API server; nobody is told of their ends. */
  public static Requests of(KubernetesClient client, ControllerConfig config) {
    return new Requests(client, config, (_, _, _) -> {});
  }
}
