// SPDX-License-Identifier: Apache-2.0
package io.virtmover.objectstore;

/** How a conditional write ended. Losing the condition is an expected outcome, not an error. */
public sealed interface WriteOutcome {
  /** The object is durable; {@code etag} is the store's entity tag for it, quotes included. */
  record Written(String etag) implements WriteOutcome {}

  /** The condition did not hold (412, or 409 from a concurrent writer); nothing was written. */
  record ConditionFailed() implements WriteOutcome {}
}
