// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.volume;

import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import java.util.Optional;

/**
 * A move as it is found.
 *
 * @param makesTarget whether the target claim is ours to make
 * @param volume that of the source claim, or the one with our label once that is gone
 */
record Move(
    ClaimRef from,
    ClaimRef to,
    boolean makesTarget,
    Optional<PersistentVolumeClaim> source,
    Optional<PersistentVolumeClaim> target,
    Optional<PersistentVolume> volume) {}
