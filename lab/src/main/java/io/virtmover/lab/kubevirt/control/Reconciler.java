// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt.control;

import io.virtmover.lab.kubevirt.api.ObjectKey;

/** Brings one object closer to what it should be. */
@FunctionalInterface
public interface Reconciler {
  /** Looks at the object once; a failure of the API counts as a retry. */
  Outcome reconcile(ObjectKey key);
}
