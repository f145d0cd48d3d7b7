// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.virtmover.lab.kubevirt.api.Fields;
import io.virtmover.lab.kubevirt.api.Kinds;
import io.virtmover.lab.kubevirt.api.Release;
import io.virtmover.lab.reconcile.OnAnyChange;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the object {@code kubevirt/kubevirt} says: the feature gates, and which VMs have their
 * changed blocks tracked. Changes count at once; without the object every gate is shut. Source:
 * kubevirt-backup-api.md §1.2 and §1.3.
 */
public final class ClusterConfig implements AutoCloseable {
  /** Namespace and name of the KubeVirt object. */
  public static final String NAME = "kubevirt";

  /** Label of a VM or of its namespace that the selectors made here ask for. */
  public static final String TRACKING_LABEL = "changedBlockTracking";

  private final Release release;
  private final KubernetesSerialization json;
  private final SharedIndexInformer<GenericKubernetesResource> informer;

  private ClusterConfig(
      Release release,
      KubernetesSerialization json,
      SharedIndexInformer<GenericKubernetesResource> informer) {
    this.release = release;
    this.json = json;
    this.informer = informer;
  }

  /**
   * Watches the object, which is made when it is not there: every gate open, tracking by {@link
   * #TRACKING_LABEL}.
   */
  public static ClusterConfig watch(KubernetesClient client, Release release) {
    var place = client.genericKubernetesResources(Kinds.KUBEVIRT).inNamespace(NAME).withName(NAME);
    if (place.get() == null) {
      client
          .resource(new NamespaceBuilder().withNewMetadata().withName(NAME).endMetadata().build())
          .serverSideApply();
      client.resource(ready()).create();
    }
    tellVersion(place, release);
    return new ClusterConfig(release, client.getKubernetesSerialization(), place.inform());
  }

  private static GenericKubernetesResource ready() {
    var selector = Map.of("matchLabels", Map.of(TRACKING_LABEL, "true"));
    var object = new GenericKubernetesResource();
    object.setApiVersion("kubevirt.io/v1");
    object.setKind("KubeVirt");
    object.setMetadata(new ObjectMetaBuilder().withNamespace(NAME).withName(NAME).build());
    object.setAdditionalProperty(
        "spec",
        Map.of(
            "configuration",
            Map.of(
                "developerConfiguration",
                Map.of("featureGates", Gates.NAMES),
                "changedBlockTrackingLabelSelectors",
                Map.of(
                    "namespaceLabelSelector", selector, "virtualMachineLabelSelector", selector))));
    return object;
  }

  private static void tellVersion(Resource<GenericKubernetesResource> place, Release release) {
    place
        .subresource("status")
        .patch(
            PatchContext.of(PatchType.JSON_MERGE),
            """
            {"status": {"phase": "Deployed",
              "observedKubeVirtVersion": "%1$s", "targetKubeVirtVersion": "%1$s"}}
            """
                .formatted(release.version()));
  }

  /** Calls somebody whenever the object changes. */
  public void onChange(Runnable listener) {
    informer.addEventHandler(new OnAnyChange<>(_ -> listener.run()));
  }

  /** The gates as they are now. */
  public Gates gates() {
    return Gates.of(
        configuration().flatMap(c -> c.object("developerConfiguration")).stream()
            .flatMap(developer -> developer.texts("featureGates").stream())
            .toList(),
        release);
  }

  /** Whether a VM's labels, or those of its namespace, ask for tracking; the gate aside. */
  public boolean selects(Map<String, String> vm, Map<String, String> namespace) {
    return LabelSelectors.matches(selector("virtualMachineLabelSelector"), vm)
        || LabelSelectors.matches(selector("namespaceLabelSelector"), namespace);
  }

  private Optional<LabelSelector> selector(String name) {
    return configuration()
        .flatMap(c -> c.object("changedBlockTrackingLabelSelectors", name))
        .map(fields -> json.convertValue(fields.map(), LabelSelector.class));
  }

  private Optional<Fields> configuration() {
    return List.copyOf(informer.getStore().list()).stream()
        .findFirst()
        .flatMap(object -> Fields.of(object).object("spec", "configuration"));
  }

  @Override
  public void close() {
    informer.close();
  }
}
