// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.location;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.virtmover.controller.config.ControllerConfig;

/** Locations for tests elsewhere. */
public final class SomeLocations {
  private SomeLocations() {}

  /** Those that an API server has. */
  public static Locations of(KubernetesClient client, ControllerConfig config) {
    return new Locations(client, config);
  }

  /** Their buckets. */
  public static Buckets buckets(Locations locations) {
    return new Buckets(locations);
  }
}
