// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt;

/** The KubeVirt release that the stand-in behaves like. */
public enum Flavour {
  /** Condition model A: whole sentences in {@code reason}, {@code Done} for success and failure. */
  V1_8(true, 64 << 10),
  /** Condition model B, {@code diskTarget} still in the volume lists. */
  V1_9(true, 64 << 10),
  /** Condition model B without {@code diskTarget}; overlays with clusters of 256 KiB. */
  HEAD(false, 256 << 10);

  private final boolean diskTarget;
  private final int overlayClusterSize;

  Flavour(boolean diskTarget, int overlayClusterSize) {
    this.diskTarget = diskTarget;
    this.overlayClusterSize = overlayClusterSize;
  }

  /** Whether volume lists carry {@code diskTarget}. */
  public boolean hasDiskTarget() {
    return diskTarget;
  }

  /** Cluster size in bytes of the overlays made for changed block tracking. */
  public int overlayClusterSize() {
    return overlayClusterSize;
  }
}
