// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.chain;

import io.virtmover.agent.image.Geometry;
import io.virtmover.agent.image.ObjectReader;
import java.util.function.Consumer;

/** One image of a chain, as it lies in the bucket. Thread-safe. */
public sealed interface Layer permits DescribedLayer, ForeignLayer {
  /** The object, bound to the version that was there when the restore began. */
  ObjectReader object();

  Geometry geometry();

  /** Whether every stored byte has a recorded checksum. */
  boolean isVerifiable();

  /** Visits what the image stores of the guest bytes {@code [from, to)}, holes left out. */
  void units(long from, long to, Consumer<StoredUnit> each);
}
