// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt.export;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Pod;
import io.virtmover.lab.kubevirt.api.ObjectKey;
import io.virtmover.lab.kubevirt.control.Outcome;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * The quirk of an export that is Ready too early: one that is made again right after it was deleted
 * finds the pod of the one before still in the controller's cache. Source: kubevirt-backup-api.md
 * §0 (5.9) and the recording pull-export-recreated.
 */
final class EarlyReady {
  private final boolean on;
  private final SourceReader sources;
  private final ExportStatusWriter writer;
  private final Map<ObjectKey, Last> served = new ConcurrentHashMap<>();
  private final Map<String, Integer> turns = new ConcurrentHashMap<>();

  /** An export that was Ready, with the pod and the source as they were seen last. */
  private record Last(String uid, ExportSource source, Pod pod) {}

  EarlyReady(boolean on, SourceReader sources, ExportStatusWriter writer) {
    this.on = on;
    this.sources = sources;
    this.writer = writer;
  }

  /** Remembers what an export was served from. */
  void wrote(ExportSpec export, ExportSource source, Optional<Pod> pod) {
    if (on && pod.filter(ExporterPods::isReady).isPresent()) {
      served.put(key(export), new Last(export.uid(), source, pod.get()));
    }
  }

  /** Whether this export came after another one of its name that was Ready. */
  boolean handles(GenericKubernetesResource object, ExportSpec export) {
    var last = served.get(key(export));
    return on
        && last != null
        && !last.uid().equals(export.uid())
        && object.getMetadata().getDeletionTimestamp() == null;
  }

  /** First the status of the one before, and only then the export's own life. */
  Outcome look(GenericKubernetesResource object, ExportSpec export, Supplier<Outcome> ownLife) {
    var last = served.get(key(export));
    if (last == null) {
      return ownLife.get();
    }
    if (turns.merge(export.uid(), 1, Integer::sum) == 1) {
      writer.write(object, export, last.source(), Optional.of(last.pod()));
      return new Outcome.Done();
    }
    var message =
        sources.read(export) instanceof ExportSource.Backup backup
            ? backup.message().orElse("")
            : "";
    if (!message.equals("Backup export is ready to pull")) {
      return new Outcome.Done();
    }
    served.remove(key(export));
    return ownLife.get();
  }

  private static ObjectKey key(ExportSpec export) {
    return new ObjectKey(export.namespace(), export.name());
  }
}
