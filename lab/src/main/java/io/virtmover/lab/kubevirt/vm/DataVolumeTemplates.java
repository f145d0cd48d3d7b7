// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt.vm;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.virtmover.lab.kubevirt.api.Fields;
import io.virtmover.lab.kubevirt.api.Kinds;
import io.virtmover.lab.kubevirt.api.ObjectKey;
import io.virtmover.lab.kubevirt.api.Owners;
import java.util.Set;

/**
 * The DataVolumes that a VM's templates ask for: made where there are none of that name, waited for
 * before the VM starts. Source: kubevirt, {@code pkg/virt-controller/watch/vm/vm.go}.
 */
final class DataVolumeTemplates {
  private static final Set<String> ENOUGH =
      Set.of("Succeeded", "WaitForFirstConsumer", "PendingPopulation");

  private final VmObjects objects;

  DataVolumeTemplates(VmObjects objects) {
    this.objects = objects;
  }

  /** Makes those that are missing; whether all are far enough for the VM to start. */
  boolean areReady(GenericKubernetesResource vm) {
    return Fields.of(vm).list("spec", "dataVolumeTemplates").stream()
        .map(template -> isReady(vm, template))
        .reduce(true, Boolean::logicalAnd);
  }

  private boolean isReady(GenericKubernetesResource vm, Fields template) {
    var name = template.text("metadata", "name").orElseThrow();
    var found =
        objects.find(Kinds.DATA_VOLUME, new ObjectKey(vm.getMetadata().getNamespace(), name));
    if (found.isEmpty()) {
      create(vm, name, template);
      return false;
    }
    return ENOUGH.contains(Fields.of(found.get()).text("status", "phase").orElse(""));
  }

  private void create(GenericKubernetesResource vm, String name, Fields template) {
    var volume = new GenericKubernetesResource();
    volume.setApiVersion("cdi.kubevirt.io/v1beta1");
    volume.setKind("DataVolume");
    volume.setMetadata(
        new ObjectMetaBuilder()
            .withNamespace(vm.getMetadata().getNamespace())
            .withName(name)
            .withOwnerReferences(Owners.controller(vm))
            .build());
    volume.setAdditionalProperty("spec", template.object("spec").orElseThrow().map());
    objects.create(Kinds.DATA_VOLUME, volume);
  }
}
