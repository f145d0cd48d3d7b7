// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.backup;

import io.virtmover.agent.image.ClusterMap;
import java.nio.ByteBuffer;

/**
 * Where a disk's blocks come from: a qcow2 file that KubeVirt pushed, or its export endpoints. The
 * content is one point in time and never changes. Thread-safe after {@link #map}.
 */
interface DiskSource extends AutoCloseable {
  /** What messages call it. */
  String name();

  /**
   * Bytes the guest sees, exactly. Where nobody has said it, the source is asked the first time.
   *
   * @throws io.virtmover.failure.VirtMoverException if it gives no certain answer
   */
  long virtualSize();

  /** Largest output cluster that every change can be told apart in. */
  int maxClusterBits();

  /** How many reads at once help. */
  int concurrency();

  /**
   * Tells which clusters the backup has to hold, completely.
   *
   * @param into empty; its geometry is the image's
   * @throws io.virtmover.failure.VirtMoverException {@code CORRUPT_SOURCE} if it is not certain
   */
  void map(ClusterMap into);

  /** Fills {@code into} with guest bytes from {@code guestOffset} on, exactly. */
  void read(long guestOffset, ByteBuffer into);

  /**
   * Called after the last read.
   *
   * @throws io.virtmover.failure.VirtMoverException {@code CORRUPT_SOURCE} if the source changed
   *     while it was read
   */
  void checkUnchanged();

  @Override
  void close();
}
