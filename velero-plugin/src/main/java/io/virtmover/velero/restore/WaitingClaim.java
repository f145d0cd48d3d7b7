// SPDX-License-Identifier: Apache-2.0
package io.virtmover.velero.restore;

import io.virtmover.velero.item.Item;

/**
 * A claim that a restore has made without a volume: it selects one that only the restore's mover
 * gives it.
 */
final class WaitingClaim {
  /**
   * What Velero's own restores use: a claim that selects volumes is given none by a provisioner.
   */
  private static final String LABEL = "velero.io/dynamic-pv-restore";

  private WaitingClaim() {}

  static void make(Item claim, String waitsFor) {
    claim.specToChange().putObject("selector").putObject("matchLabels").put(LABEL, waitsFor);
  }

  /** Whether a claim that is there has no data, and gets none but from the restore that made it. */
  static boolean is(Item claim) {
    var spec = claim.spec();
    return Item.text(spec, "volumeName").isEmpty()
        && Item.text(spec.path("selector").path("matchLabels"), LABEL).isPresent();
  }
}
