// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.volume;

import io.fabric8.kubernetes.client.KubernetesClient;

/** Moves for tests elsewhere. */
public final class SomeMoves {
  private SomeMoves() {}

  public static ClaimMoves of(KubernetesClient client) {
    return new ClaimMoves(client);
  }
}
