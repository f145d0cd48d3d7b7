// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.junit;

import io.fabric8.kubernetes.api.model.Pod;
import io.virtmover.lab.cluster.LabException;
import io.virtmover.lab.reconcile.HostCommand;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Brings a pod's container to the end of its memory, so that the kernel kills its process. A second
 * process eats what is left; of the two the kernel takes the container's own, which is marked.
 */
final class OutOfMemory {
  private static final String SURELY = "1000";

  private OutOfMemory() {}

  static void bring(Pod pod) {
    var process = PodProcess.of(pod);
    try {
      Files.writeString(process.folder().resolve("oom_score_adj"), SURELY);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    try {
      HostCommand.run(
          "sh",
          "-c",
          "echo $$ > \"$0\" && exec tail /dev/zero",
          memory(process).resolve("cgroup.procs").toString());
    } catch (IOException e) {
      // It is killed itself in the end.
    }
  }

  /** The control group that limits a process's memory. */
  private static Path memory(PodProcess process) {
    var groups = process.text("cgroup").lines().toList();
    return group(groups, ":memory:")
        .map(path -> Path.of("/sys/fs/cgroup/memory" + path))
        .or(() -> group(groups, "::").map(path -> Path.of("/sys/fs/cgroup" + path)))
        .orElseThrow(() -> new LabException("no control group for memory of " + process.folder()));
  }

  private static Optional<String> group(List<String> groups, String mark) {
    return groups.stream()
        .filter(line -> line.contains(mark))
        .map(line -> line.substring(line.indexOf(mark) + mark.length()))
        .findFirst();
  }
}
