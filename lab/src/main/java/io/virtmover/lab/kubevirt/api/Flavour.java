// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt.api;

import java.util.Arrays;
import java.util.stream.Collectors;

/** The KubeVirt release that the stand-in behaves like. */
public enum Flavour {
  /** Condition model A: whole sentences in {@code reason}, {@code Done} for success and failure. */
  V1_8("1.8", "v1.8.4", true, 64 << 10),
  /** Condition model B, {@code diskTarget} still in the volume lists. */
  V1_9("1.9", "v1.9.0", true, 64 << 10),
  /** Condition model B without {@code diskTarget}; overlays with clusters of 256 KiB. */
  HEAD("HEAD", "v1.10.0-head", false, 256 << 10);

  private final String release;
  private final String version;
  private final boolean diskTarget;
  private final int overlayClusterSize;

  Flavour(String release, String version, boolean diskTarget, int overlayClusterSize) {
    this.release = release;
    this.version = version;
    this.diskTarget = diskTarget;
    this.overlayClusterSize = overlayClusterSize;
  }

  /**
   * The flavour that people call like this, for example {@code 1.8}.
   *
   * @throws IllegalArgumentException with the names there are
   */
  public static Flavour named(String release) {
    return Arrays.stream(values())
        .filter(flavour -> flavour.release.equals(release))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "there is no KubeVirt '%s' here; there are %s"
                        .formatted(
                            release,
                            Arrays.stream(values())
                                .map(Flavour::release)
                                .collect(Collectors.joining(", ")))));
  }

  /** What people call it. */
  public String release() {
    return release;
  }

  /** What the KubeVirt object's status tells. */
  public String version() {
    return version;
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
