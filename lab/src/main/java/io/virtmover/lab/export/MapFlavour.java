// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.export;

/** How a KubeVirt version maps an increment. */
public enum MapFlavour {
  /** 1.8: the dirty bitmap alone. */
  V1_8,
  /** 1.9 and later: the bitmap merged with what reads as zeros, with the ranges that loses. */
  MERGED
}
