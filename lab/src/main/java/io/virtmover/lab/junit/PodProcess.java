// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.junit;

import io.fabric8.kubernetes.api.model.Pod;
import io.virtmover.lab.cluster.LabException;
import io.virtmover.lab.reconcile.HostCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/**
 * A process of a pod, as the host sees it.
 *
 * @param folder what the kernel tells of it
 */
record PodProcess(Path folder) {
  private static final Path PROCESSES = Path.of("/proc");

  /** The largest one. */
  static PodProcess of(Pod pod) {
    return all(pod)
        .max(Comparator.comparingLong(PodProcess::size))
        .orElseThrow(() -> new LabException("no process of pod " + pod.getMetadata().getName()));
  }

  /** Those that were started as this program. */
  static Stream<PodProcess> of(Pod pod, String program) {
    return all(pod).filter(process -> process.text("cmdline").startsWith(program + '\0'));
  }

  private static Stream<PodProcess> all(Pod pod) {
    return ProcessHandle.allProcesses()
        .map(handle -> new PodProcess(PROCESSES.resolve(Long.toString(handle.pid()))))
        .filter(process -> process.text("cgroup").contains("pod" + pod.getMetadata().getUid()));
  }

  /** Sends it a signal, for example {@code STOP}. */
  void signal(String signal) {
    try {
      HostCommand.run("kill", "-" + signal, folder.getFileName().toString());
    } catch (IOException e) {
      throw new LabException("cannot signal %s: %s".formatted(folder, e.getMessage()), e);
    }
  }

  /** Kills it; false if it has ended by itself before. */
  boolean kill() {
    try {
      signal("KILL");
      return true;
    } catch (LabException e) {
      if (Files.exists(folder)) {
        throw e;
      }
      return false;
    }
  }

  /** One of its files; empty when it has ended meanwhile. */
  String text(String file) {
    try {
      return Files.readString(folder.resolve(file));
    } catch (IOException e) {
      return "";
    }
  }

  /** Its share of the memory, in pages. */
  private long size() {
    var words = text("statm").split(" ", -1);
    return words.length > 1 ? Long.parseLong(words[1]) : 0;
  }
}
