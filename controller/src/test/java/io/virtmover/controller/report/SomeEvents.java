// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.report;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.virtmover.controller.config.ControllerConfig;

/** Events for tests elsewhere. */
public final class SomeEvents {
  private SomeEvents() {}

  /** Events at an API server. */
  public static Events of(KubernetesClient client, ControllerConfig config) {
    return new Events(client, config);
  }
}
