// SPDX-License-Identifier: Apache-2.0
package io.virtmover.velero;

import io.virtmover.velero.action.Actions;
import io.virtmover.velero.action.Surroundings;

/** The actions that the program serves. */
final class VirtMoverActions {
  private VirtMoverActions() {}

  static Actions of(Surroundings surroundings) {
    return new Actions();
  }
}
