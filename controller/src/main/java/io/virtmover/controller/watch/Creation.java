// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.watch;

import io.fabric8.kubernetes.client.KubernetesClientException;

/** Making what an earlier pass may have made already. */
public final class Creation {
  private Creation() {}

  /**
   * Makes it, unless it is there.
   *
   * @throws KubernetesClientException for every other refusal
   */
  public static void unlessThere(Runnable creation) {
    try {
      creation.run();
    } catch (KubernetesClientException e) {
      if (!isAlreadyThere(e)) {
        throw e;
      }
    }
  }

  /**
   * By the reason, not the code: a quota that changes meanwhile is a conflict too, and then nothing
   * was made. KubeVirt's webhook looks for the name before the API server does, and has only words.
   */
  private static boolean isAlreadyThere(KubernetesClientException refusal) {
    var status = refusal.getStatus();
    return (status != null && "AlreadyExists".equals(status.getReason()))
        || ApiTrouble.words(refusal).contains("already exists");
  }
}
