// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt.export;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Pod;
import io.virtmover.lab.kubevirt.api.ObjectKey;
import io.virtmover.lab.kubevirt.control.Outcome;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.UnaryOperator;

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
  private final Set<String> shown = ConcurrentHashMap.newKeySet();

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
  boolean handles(ExportSpec export) {
    var last = served.get(key(export));
    return on && last != null && !last.uid().equals(export.uid());
  }

  /**
   * First the status of the export before; when the backup fell for it, the export's own life,
   * which begins with what was known of the backup before that.
   */
  Outcome look(
      GenericKubernetesResource object,
      ExportSpec export,
      Function<UnaryOperator<ExportSource>, Outcome> ownLife) {
    var last = Objects.requireNonNull(served.get(key(export)));
    if (shown.add(export.uid())) {
      writer.write(object, export, last.source(), Optional.of(last.pod()));
      return new Outcome.Done();
    }
    if (!saysReady(sources.read(export))) {
      return new Outcome.Done();
    }
    return switch (ownLife.apply(EarlyReady::stale)) {
      case Outcome.Retry retry -> retry;
      case Outcome.Done(), Outcome.After(_) -> {
        served.remove(key(export));
        yield new Outcome.Retry("the backup is known better now");
      }
    };
  }

  private static boolean saysReady(ExportSource source) {
    return source instanceof ExportSource.Backup backup
        && backup.message().filter("Backup export is ready to pull"::equals).isPresent();
  }

  private static ExportSource stale(ExportSource source) {
    return source instanceof ExportSource.Backup backup
        ? new ExportSource.Backup(
            backup.name(),
            backup.uid(),
            backup.volumes(),
            backup.type(),
            backup.checkpoint(),
            Optional.of("Backup export is being initialized"),
            backup.vm())
        : source;
  }

  private static ObjectKey key(ExportSpec export) {
    return new ObjectKey(export.namespace(), export.name());
  }
}
