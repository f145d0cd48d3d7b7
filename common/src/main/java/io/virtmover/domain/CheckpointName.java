// SPDX-License-Identifier: Apache-2.0
package io.virtmover.domain;

/**
 * The name KubeVirt gave the point in time ({@code status.checkpointName}); opaque, unique per VM.
 */
public record CheckpointName(String value) implements Comparable<CheckpointName> {
  public CheckpointName {
    Names.checked("checkpoint name", value);
  }

  @Override
  public int compareTo(CheckpointName other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
