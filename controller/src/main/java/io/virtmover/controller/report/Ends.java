// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.report;

import io.virtmover.controller.velero.TransferObject;
import java.time.Instant;

/** Who is told that a transfer has ended. */
public interface Ends {
  /**
   * A final phase was written. It is told once per end: the API server takes the change for one
   * version of the object only. What ends while the controller is away, or with an answer that is
   * lost, is not told.
   *
   * @param before the request as it was until then
   * @param change what was written, with a final phase
   */
  void ended(TransferObject before, Change change, Instant at);
}
