// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.leadership;

import java.util.Optional;

/** Where the lease is kept. A write counts only for what was read. */
interface LeaseStore {
  /**
   * A lease as it was read.
   *
   * @param version the store's own mark of it
   */
  record Stored(Term term, String version) {}

  /** The lease; empty where there is none. */
  Optional<Stored> read();

  /** Makes the lease; empty where there is one. */
  Optional<Stored> create(Term term);

  /** Replaces it; empty where somebody else has written meanwhile. */
  Optional<Stored> replace(Stored before, Term term);
}
