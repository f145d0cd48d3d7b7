// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.location;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.virtmover.controller.config.ControllerConfig;
import io.virtmover.objectstore.ObjectStore;

/** Locations for tests elsewhere. */
public final class SomeLocations {
  private SomeLocations() {}

  /** Those that an API server has. */
  public static Locations of(KubernetesClient client, ControllerConfig config) {
    return new Locations(client, config);
  }

  /** Buckets that all are one store. */
  public static Buckets buckets(Locations locations, ObjectStore store) {
    return new Buckets(locations, _ -> store, _ -> store);
  }
}
