// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt.vm;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.virtmover.lab.kubevirt.api.Fields;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A volume of a VMI that lies on a claim. */
record VmVolume(String name, String claim) {
  /** The disks: claims and data volumes, whose claims have their name. */
  static List<VmVolume> disksOf(GenericKubernetesResource vmi) {
    return Fields.of(vmi).list("spec", "volumes").stream().flatMap(VmVolume::disk).toList();
  }

  private static Stream<VmVolume> disk(Fields volume) {
    var claim =
        volume
            .text("persistentVolumeClaim", "claimName")
            .or(() -> volume.text("dataVolume", "name"));
    return claim.stream().map(name -> new VmVolume(nameOf(volume), name));
  }

  /** The volumes that are attached for a backup. */
  static List<VmVolume> utilitiesOf(GenericKubernetesResource vmi) {
    return Fields.of(vmi).list("spec", "utilityVolumes").stream()
        .map(volume -> new VmVolume(nameOf(volume), volume.text("claimName").orElse("")))
        .toList();
  }

  private static String nameOf(Fields volume) {
    return volume.text("name").orElse("");
  }

  static Optional<VmVolume> named(List<VmVolume> volumes, String name) {
    return volumes.stream().filter(volume -> volume.name().equals(name)).findFirst();
  }
}
