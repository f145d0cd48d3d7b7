// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt.export;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.virtmover.lab.kubevirt.ExportListeners;
import io.virtmover.lab.kubevirt.KubeVirtSettings;
import io.virtmover.lab.kubevirt.api.EventRecorder;
import io.virtmover.lab.kubevirt.api.Kinds;
import io.virtmover.lab.kubevirt.api.KubeObjects;
import io.virtmover.lab.kubevirt.api.ObjectKey;
import io.virtmover.lab.kubevirt.control.ClientGoQueue;
import io.virtmover.lab.pki.CertificateAuthority;
import io.virtmover.lab.reconcile.OnAnyChange;
import java.time.Clock;
import java.util.List;

/** The controller of exports with its queue and watches. */
public final class ExportControllers implements AutoCloseable {
  private static final String OWNER = "VirtualMachineExport";

  private final ClientGoQueue exports;
  private final List<SharedIndexInformer<?>> own;

  private ExportControllers(ClientGoQueue exports, List<SharedIndexInformer<?>> own) {
    this.exports = exports;
    this.own = own;
  }

  /** Starts it; returns when everything is watched. */
  public static ExportControllers start(
      KubernetesClient client,
      KubeVirtSettings settings,
      ExportListeners listeners,
      CertificateAuthority authority,
      SharedIndexInformer<GenericKubernetesResource> backupInformer,
      SharedIndexInformer<GenericKubernetesResource> exportInformer,
      Clock clock) {
    var exports =
        new ClientGoQueue("export", reconciler(client, settings, listeners, authority, clock));
    backupInformer.addEventHandler(new OnAnyChange<>(backup -> exports.add(ObjectKey.of(backup))));
    exportInformer.addEventHandler(new OnAnyChange<>(export -> exports.add(ObjectKey.of(export))));
    var pods =
        client
            .pods()
            .inAnyNamespace()
            .withLabel(ExporterPods.LABEL)
            .inform(new OnAnyChange<>(pod -> wakeOwner(exports, pod)));
    var services =
        client
            .services()
            .inAnyNamespace()
            .withLabel("kubevirt.io", "virt-exporter")
            .inform(new OnAnyChange<>(service -> wakeOwner(exports, service)));
    exports.start();
    return new ExportControllers(exports, List.of(pods, services));
  }

  private static ExportReconciler reconciler(
      KubernetesClient client,
      KubeVirtSettings settings,
      ExportListeners listeners,
      CertificateAuthority authority,
      Clock clock) {
    var kind = Kinds.export(settings.release());
    var events = new ExportEvents(new EventRecorder(client, "export-controller", clock));
    var sources = new SourceReader(client, settings.release());
    var writer =
        new ExportStatusWriter(
            new KubeObjects(client), kind, settings.release(), authority.pem(), clock);
    var exporters =
        new Exporters(
            client, settings.release(), listeners, new Certificates(authority), events, clock);
    var early = new EarlyReady(settings.quirks().earlyExportReady(), sources, writer);
    return new ExportReconciler(
        client, kind, sources, exporters, writer, early, listeners, events, clock);
  }

  private static void wakeOwner(ClientGoQueue exports, HasMetadata object) {
    for (var owner : object.getMetadata().getOwnerReferences()) {
      if (owner.getKind().equals(OWNER)) {
        exports.add(new ObjectKey(object.getMetadata().getNamespace(), owner.getName()));
      }
    }
  }

  @Override
  public void close() {
    own.forEach(SharedIndexInformer::close);
    exports.close();
  }
}
