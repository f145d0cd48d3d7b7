// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.junit;

import io.fabric8.kubernetes.api.model.Pod;
import io.virtmover.lab.cluster.LabException;
import io.virtmover.lab.reconcile.HostCommand;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Brings a pod's container to the end of its memory, so that the kernel kills its process. A second
 * process eats what is left; of the two the kernel takes the container's own, which is marked.
 */
final class OutOfMemory {
  private static final String SURELY = "1000";
  private static final Path PROCESSES = Path.of("/proc");

  private OutOfMemory() {}

  static void bring(Pod pod) {
    var process =
        ProcessHandle.allProcesses()
            .map(handle -> PROCESSES.resolve(Long.toString(handle.pid())))
            .filter(folder -> text(folder, "cgroup").contains("pod" + pod.getMetadata().getUid()))
            .max(Comparator.comparingLong(OutOfMemory::size))
            .orElseThrow(
                () -> new LabException("no process of pod " + pod.getMetadata().getName()));
    try {
      Files.writeString(process.resolve("oom_score_adj"), SURELY);
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

  /** Its share of the memory, in pages. */
  private static long size(Path process) {
    var words = text(process, "statm").split(" ", -1);
    return words.length > 1 ? Long.parseLong(words[1]) : 0;
  }

  /** The control group that limits a process's memory. */
  private static Path memory(Path process) {
    var groups = text(process, "cgroup").lines().toList();
    return group(groups, ":memory:")
        .map(path -> Path.of("/sys/fs/cgroup/memory" + path))
        .or(() -> group(groups, "::").map(path -> Path.of("/sys/fs/cgroup" + path)))
        .orElseThrow(() -> new LabException("no control group for memory of " + process));
  }

  private static Optional<String> group(List<String> groups, String mark) {
    return groups.stream()
        .filter(line -> line.contains(mark))
        .map(line -> line.substring(line.indexOf(mark) + mark.length()))
        .findFirst();
  }

  /** Empty when the process has ended meanwhile. */
  private static String text(Path process, String file) {
    try {
      return Files.readString(process.resolve(file));
    } catch (IOException e) {
      return "";
    }
  }
}
