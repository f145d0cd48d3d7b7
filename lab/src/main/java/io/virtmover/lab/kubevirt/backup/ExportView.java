// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt.backup;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.virtmover.lab.kubevirt.api.Fields;
import io.virtmover.lab.kubevirt.backup.BackupLinks.Endpoints;
import io.virtmover.lab.kubevirt.backup.BackupLinks.Links;
import java.util.LinkedHashMap;
import java.util.Optional;

/**
 * The VirtualMachineExport with a backup's name.
 *
 * @param owner UID of its controller
 * @param links present while it is Ready
 * @param isSecond whether it was made in place of one that got lost
 */
record ExportView(
    String uid,
    Optional<String> owner,
    boolean hasService,
    Optional<BackupLinks> links,
    boolean isSecond) {
  /** Marks an export that was made in place of another one. */
  static final String SECOND = "lab.virtmover.io/recreated";

  static ExportView of(GenericKubernetesResource object) {
    var fields = Fields.of(object);
    var meta = object.getMetadata();
    return new ExportView(
        meta.getUid(),
        meta.getOwnerReferences().stream()
            .filter(owner -> Boolean.TRUE.equals(owner.getController()))
            .map(owner -> owner.getUid())
            .findFirst(),
        fields.text("status", "serviceName").isPresent(),
        fields.text("status", "phase").orElse("").equals("Ready")
            ? fields.object("status", "links").flatMap(ExportView::both)
            : Optional.empty(),
        meta.getAnnotations() != null && meta.getAnnotations().containsKey(SECOND));
  }

  private static Optional<BackupLinks> both(Fields links) {
    return links
        .object("internal")
        .map(
            internal ->
                new BackupLinks(links(internal), links.object("external").map(ExportView::links)));
  }

  private static Links links(Fields internal) {
    var volumes = new LinkedHashMap<String, Endpoints>();
    for (var backup : internal.list("backups")) {
      volumes.put(
          backup.text("name").orElse(""), new Endpoints(url(backup, "data"), url(backup, "map")));
    }
    return new Links(internal.text("cert").orElse(""), volumes);
  }

  private static Optional<String> url(Fields backup, String endpoint) {
    return backup.list("endpoints").stream()
        .filter(item -> item.text("endpoint").orElse("").equals(endpoint))
        .flatMap(item -> item.text("url").stream())
        .findFirst();
  }
}
