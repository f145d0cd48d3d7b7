// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.mover;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.time.Instant;
import java.util.Comparator;

/**
 * One of the pods that make an attempt, one after the other: Kubernetes runs a mover again that was
 * drained or died.
 *
 * @param created by the API server's clock
 */
public record MoverPod(String uid, String name, Instant created) {
  /** The newest last; times have seconds, so names decide between those of one second. */
  static final Comparator<MoverPod> AGE =
      Comparator.comparing(MoverPod::created).thenComparing(MoverPod::name);

  /** The pod with this metadata. */
  public static MoverPod of(ObjectMeta metadata) {
    return new MoverPod(
        metadata.getUid(), metadata.getName(), Instant.parse(metadata.getCreationTimestamp()));
  }

  /** Whether it is an earlier try of Kubernetes'. */
  public boolean isBefore(MoverPod other) {
    return AGE.compare(this, other) < 0;
  }
}
