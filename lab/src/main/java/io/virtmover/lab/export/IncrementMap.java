// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.export;

/** What a KubeVirt release's map of an increment is made of. */
public enum IncrementMap {
  /** The dirty bitmap alone. */
  DIRTY_BITMAP,
  /** The bitmap merged with what reads as zeros, with the ranges that loses. */
  MERGED
}
