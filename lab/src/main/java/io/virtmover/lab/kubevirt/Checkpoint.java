// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt;

import java.time.Instant;
import java.util.List;

/** A tracker's {@code latestCheckpoint}: its name, its time and the VM volumes it covers. */
public record Checkpoint(String name, Instant creationTime, List<String> volumes) {
  public Checkpoint {
    volumes = List.copyOf(volumes);
  }
}
