// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt.control;

import java.time.Duration;

/** What a reconcile says about its next turn. */
public sealed interface Outcome {
  /** Nothing to do until something changes. */
  record Done() implements Outcome {}

  /** Look again soon, and later each time; the reason is for the log. */
  record Retry(String reason) implements Outcome {}

  /** Look again after a time. */
  record After(Duration delay) implements Outcome {}
}
