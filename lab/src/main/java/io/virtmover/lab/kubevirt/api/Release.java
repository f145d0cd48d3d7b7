// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt.api;

import io.virtmover.lab.export.IncrementMap;
import java.util.Arrays;
import java.util.stream.Collectors;

/** The KubeVirt release that the stand-in behaves like. */
public enum Release {
  /** Condition model A: whole sentences in {@code reason}, {@code Done} for success and failure. */
  V1_8("1.8", "v1.8.4", IncrementMap.DIRTY_BITMAP, true, 64 << 10),
  /** Condition model B, {@code diskTarget} still in the volume lists. */
  V1_9("1.9", "v1.9.0", IncrementMap.MERGED, true, 64 << 10),
  /** Condition model B without {@code diskTarget}; overlays with clusters of 256 KiB. */
  HEAD("HEAD", "v1.10.0-head", IncrementMap.MERGED, false, 256 << 10),
  /**
   * What KubeVirt is about to change, as far as designs and open pull requests say it: a type per
   * volume, two sets of links in a backup, times to live whose end is a failure, exporters on the
   * launcher's node.
   */
  NEXT("next", "v1.10.0-next", IncrementMap.MERGED, false, 256 << 10);

  private final String text;
  private final String version;
  private final IncrementMap incrementMap;
  private final boolean diskTarget;
  private final int overlayClusterSize;

  Release(
      String text,
      String version,
      IncrementMap incrementMap,
      boolean diskTarget,
      int overlayClusterSize) {
    this.text = text;
    this.version = version;
    this.incrementMap = incrementMap;
    this.diskTarget = diskTarget;
    this.overlayClusterSize = overlayClusterSize;
  }

  /**
   * The release that people call like this, for example {@code 1.8}.
   *
   * @throws IllegalArgumentException with the names there are
   */
  public static Release named(String text) {
    return Arrays.stream(values())
        .filter(release -> release.text.equals(text))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "there is no KubeVirt '%s' here; there are %s"
                        .formatted(
                            text,
                            Arrays.stream(values())
                                .map(Release::text)
                                .collect(Collectors.joining(", ")))));
  }

  /** What people call it. */
  public String text() {
    return text;
  }

  /** What the KubeVirt object's status tells. */
  public String version() {
    return version;
  }

  /** How its export server maps increments. */
  public IncrementMap incrementMap() {
    return incrementMap;
  }

  /** Whether volume lists carry {@code diskTarget}. */
  public boolean hasDiskTarget() {
    return diskTarget;
  }

  /** Whether a disk that lost its bitmap is backed up whole by itself, and types are per volume. */
  public boolean hasTypePerVolume() {
    return this == NEXT;
  }

  /** Whether exports have links through an ingress too, which does not resolve in the cluster. */
  public boolean hasIngress() {
    return this == NEXT;
  }

  /** Whether a VMI tells how large its disks on claims are. */
  public boolean tellsDiskSizes() {
    return this == NEXT;
  }

  /** Cluster size in bytes of the overlays made for changed block tracking. */
  public int overlayClusterSize() {
    return overlayClusterSize;
  }
}
