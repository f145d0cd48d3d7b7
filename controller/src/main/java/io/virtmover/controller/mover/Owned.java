// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.mover;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.virtmover.cluster.Marks;
import io.virtmover.controller.Keys;
import io.virtmover.controller.Naming;
import io.virtmover.controller.velero.TransferObject;
import java.util.LinkedHashMap;
import java.util.Map;

/** The metadata of objects that belong to a request. */
public final class Owned {
  private Owned() {}

  /**
   * An object of a request. In the request's own namespace it also goes when the request goes;
   * elsewhere it is the finalizer that sees to it, and backups of that namespace leave it out.
   */
  public static ObjectMeta by(TransferObject request, String namespace, String name) {
    var metadata =
        new ObjectMetaBuilder()
            .withName(name)
            .withNamespace(namespace)
            .withLabels(labels(request))
            .withAnnotations(Map.of(Keys.REQUEST_NAME, request.getMetadata().getName()));
    if (namespace.equals(request.getMetadata().getNamespace())) {
      metadata
          .addNewOwnerReference()
          .withApiVersion(request.getApiVersion())
          .withKind(request.getKind())
          .withName(request.getMetadata().getName())
          .withUid(request.getMetadata().getUid())
          .withController(true)
          .endOwnerReference();
    } else {
      metadata.addToLabels(Marks.EXCLUDED, "true");
    }
    return metadata.build();
  }

  /** Labels people and the controller select by. */
  static Map<String, String> labels(TransferObject request) {
    var labels = new LinkedHashMap<String, String>();
    labels.put("app.kubernetes.io/name", "virtmover");
    labels.put("app.kubernetes.io/component", "mover");
    labels.put("app.kubernetes.io/managed-by", "virtmover-controller");
    labels.put(Keys.REQUEST_KIND, request.getKind());
    labels.put(Keys.REQUEST_UID, request.getMetadata().getUid());
    request.label(Keys.BACKUP).ifPresent(name -> labels.put(Keys.BACKUP, name));
    request.label(Keys.RESTORE).ifPresent(name -> labels.put(Keys.RESTORE, name));
    request
        .annotation(Keys.VM_NAMESPACE)
        .ifPresent(text -> labels.put(Keys.VM_NAMESPACE, Naming.label(text)));
    request
        .annotation(Keys.VM_NAME)
        .ifPresent(text -> labels.put(Keys.VM_NAME, Naming.label(text)));
    return labels;
  }
}
