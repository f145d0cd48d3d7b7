// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt.standin;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.virtmover.lab.kubevirt.Crds;
import io.virtmover.lab.kubevirt.ExportListeners;
import io.virtmover.lab.kubevirt.KubeVirtSettings;
import io.virtmover.lab.kubevirt.VmiSubresources;
import io.virtmover.lab.kubevirt.admission.Webhook;
import io.virtmover.lab.kubevirt.api.Kinds;
import io.virtmover.lab.kubevirt.api.ObjectKey;
import io.virtmover.lab.kubevirt.backup.BackupControllers;
import io.virtmover.lab.kubevirt.export.ExportControllers;
import io.virtmover.lab.pki.CertificateAuthority;
import io.virtmover.lab.reconcile.OnAnyChange;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * KubeVirt's control plane for backups: the controllers of VirtualMachineBackup and its tracker,
 * the controller of VirtualMachineExport, and the validating webhook. The CRDs must be there
 * ({@link Crds}); the webhook's configuration is installed here.
 */
public final class KubeVirtControllers implements AutoCloseable {
  private static final Duration RESYNC = Duration.ofHours(12);

  private final Deque<AutoCloseable> parts = new ArrayDeque<>();

  private Optional<BackupControllers> backups = Optional.empty();

  private KubeVirtControllers() {}

  /**
   * Starts everything; returns when the webhook answers and the controllers watch.
   *
   * @param client stays open when this is closed
   */
  public static KubeVirtControllers start(
      KubernetesClient client,
      KubeVirtSettings settings,
      VmiSubresources subresources,
      ExportListeners listeners) {
    return start(client, settings, subresources, listeners, Clock.systemUTC());
  }

  /**
   * Starts everything by a clock of the caller's: the time of a backup and of its export is over
   * when this clock says so and something has the controllers look at them.
   *
   * @param client stays open when this is closed
   */
  public static KubeVirtControllers start(
      KubernetesClient client,
      KubeVirtSettings settings,
      VmiSubresources subresources,
      ExportListeners listeners,
      Clock clock) {
    var started = new KubeVirtControllers();
    try {
      var authority = new CertificateAuthority("export.kubevirt.io", clock);
      started.add(Webhook.start(client, settings.gates(), settings.webhook(), authority));
      var backups = started.add(inform(client, Kinds.BACKUP));
      var exports = started.add(inform(client, Kinds.export(settings.release())));
      started.add(
          ExportControllers.start(client, settings, listeners, authority, backups, exports, clock));
      started.backups =
          Optional.of(
              started.add(
                  BackupControllers.start(
                      client, settings, subresources, backups, exports, clock)));
      return started;
    } catch (RuntimeException e) {
      started.close();
      throw e;
    }
  }

  /** Has the time of a VirtualMachineBackup be over now, without a wait for it. */
  public void expire(ObjectKey backup) {
    backups.orElseThrow().expire(backup);
  }

  private <T extends AutoCloseable> T add(T part) {
    parts.push(part);
    return part;
  }

  /** The controllers add their own handlers. */
  private static SharedIndexInformer<GenericKubernetesResource> inform(
      KubernetesClient client, ResourceDefinitionContext kind) {
    return client
        .genericKubernetesResources(kind)
        .inAnyNamespace()
        .inform(new OnAnyChange<>(_ -> {}), RESYNC.toMillis());
  }

  @Override
  public void close() {
    for (var part : parts) {
      try {
        part.close();
      } catch (Exception e) {
        throw new IllegalStateException("the control plane did not stop", e);
      }
    }
  }
}
