// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.mover;

import io.fabric8.kubernetes.client.KubernetesClient;

/**
 * Lets the pod of a mover go whose node does not answer, as an administrator would: until then
 * Kubernetes makes no other one. Should it run on out of reach, it can do no harm: what two movers
 * of a backup write is the same, and only one of them publishes it; and a volume that is restored
 * is not on two nodes at once.
 */
public final class LostMover {
  /** The reason of the event. */
  public static final String REASON = "MoverLost";

  private LostMover() {}

  /** Lets it go. */
  public static void letGo(KubernetesClient client, String namespace, MoverState.Lost lost) {
    var _ = client.pods().inNamespace(namespace).withName(lost.pod()).withGracePeriod(0).delete();
  }

  /** What people are told. */
  public static String words(MoverState.Lost lost) {
    return "The mover's node %s does not answer; its pod %s is let go, and another one goes on."
        .formatted(lost.node(), lost.pod());
  }
}
