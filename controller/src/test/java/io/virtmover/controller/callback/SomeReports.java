// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.callback;

import io.virtmover.controller.watch.KnownRequests;

/** Reports for tests elsewhere. */
public final class SomeReports {
  private SomeReports() {}

  /** None yet. */
  public static MoverReports of(KnownRequests known) {
    return new MoverReports(known);
  }
}
