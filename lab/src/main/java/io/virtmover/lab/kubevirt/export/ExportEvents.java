// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt.export;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.virtmover.lab.kubevirt.api.EventRecorder;
import io.virtmover.lab.kubevirt.api.EventRecorder.Level;

/** The events about an export, as recorded. */
final class ExportEvents {
  private final EventRecorder recorder;

  ExportEvents(EventRecorder recorder) {
    this.recorder = recorder;
  }

  void serviceCreated(HasMetadata export, ExportSpec spec) {
    recorder.record(
        export,
        Level.NORMAL,
        "ServiceCreated",
        "Created service %s/%s".formatted(spec.namespace(), spec.service()));
  }

  void tokenCreated(HasMetadata export, ExportSpec spec) {
    recorder.record(
        export,
        Level.NORMAL,
        "SecretCreated",
        "Created default secret %s/%s".formatted(spec.namespace(), spec.tokenSecret()));
  }

  void podCreated(HasMetadata export, Pod pod) {
    recorder.record(
        export,
        Level.NORMAL,
        "ExporterPodCreated",
        "Created exporter pod %s/%s"
            .formatted(pod.getMetadata().getNamespace(), pod.getMetadata().getName()));
  }

  void podSecretCreated(HasMetadata export) {
    recorder.record(export, Level.NORMAL, "SecretCreated", "Created exporter pod secret");
  }

  void podEnded(HasMetadata export, Pod pod) {
    recorder.record(
        export,
        Level.WARNING,
        "ExporterPodFailedOrCompleted",
        "Exporter pod %s/%s is in phase %s"
            .formatted(
                pod.getMetadata().getNamespace(),
                pod.getMetadata().getName(),
                ExporterPods.phase(pod)));
  }
}
