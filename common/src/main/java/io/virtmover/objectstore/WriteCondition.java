// SPDX-License-Identifier: Apache-2.0
package io.virtmover.objectstore;

import static java.util.Objects.requireNonNull;

/** What must be true of the object at a key for a write to take place. */
public sealed interface WriteCondition {
  /** Write whatever is there. */
  record Always() implements WriteCondition {}

  /** Write only if no object has this key ({@code If-None-Match: *}). */
  record IfAbsent() implements WriteCondition {}

  /** Write only over the version with this entity tag ({@code If-Match}). */
  record IfUnchanged(String etag) implements WriteCondition {
    public IfUnchanged {
      requireNonNull(etag);
    }
  }

  static WriteCondition always() {
    return new Always();
  }

  static WriteCondition ifAbsent() {
    return new IfAbsent();
  }

  static WriteCondition ifUnchanged(String etag) {
    return new IfUnchanged(etag);
  }
}
