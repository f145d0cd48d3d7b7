// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt.vm;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.virtmover.lab.kubevirt.api.Fields;
import io.virtmover.lab.kubevirt.api.Owners;
import java.util.LinkedHashMap;
import java.util.Map;

/** The VMI that a VM's template makes. */
final class NewVmi {
  static final String FINALIZER = "foregroundDeleteVirtualMachine";

  private NewVmi() {}

  static GenericKubernetesResource of(GenericKubernetesResource vm, boolean isTracked) {
    var template = Fields.of(vm).object("spec", "template").orElse(new Fields(Map.of()));
    var vmi = new GenericKubernetesResource();
    vmi.setApiVersion("kubevirt.io/v1");
    vmi.setKind("VirtualMachineInstance");
    vmi.setMetadata(
        new ObjectMetaBuilder()
            .withNamespace(vm.getMetadata().getNamespace())
            .withName(vm.getMetadata().getName())
            .withLabels(texts(template, "labels"))
            .withAnnotations(texts(template, "annotations"))
            .withFinalizers(FINALIZER)
            .withOwnerReferences(Owners.controller(vm))
            .build());
    template.object("spec").ifPresent(spec -> vmi.setAdditionalProperty("spec", spec.map()));
    var status = new LinkedHashMap<String, Object>();
    if (isTracked) {
      status.put("changedBlockTracking", Map.of("state", Tracking.INITIALIZING));
    }
    vmi.setAdditionalProperty("status", status);
    return vmi;
  }

  private static Map<String, String> texts(Fields template, String field) {
    var texts = new LinkedHashMap<String, String>();
    template
        .object("metadata", field)
        .ifPresent(map -> map.map().forEach((k, v) -> texts.put(k.toString(), v.toString())));
    return texts;
  }
}
