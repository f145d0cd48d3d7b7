// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.provisioner;

import io.fabric8.kubernetes.api.model.storage.StorageClass;
import io.fabric8.kubernetes.api.model.storage.StorageClassBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.util.List;

/**
 * The storage classes of the laboratory. A class serves the volume mode of its parameter {@code
 * volumeMode} only; people may add classes of their own with the same provisioner, for example with
 * the reclaim policy Retain.
 */
public final class LabStorageClasses {
  /** The default class: file systems, bound when a pod wants them. */
  public static final String FILESYSTEM = "lab-fs";

  /** Raw block devices, bound when a pod wants them. */
  public static final String BLOCK = "lab-block";

  /** Added to a class's name: its volumes are made at once. */
  public static final String IMMEDIATE = "-immediate";

  static final String PROVISIONER = "provisioner.lab.virtmover.io";
  static final String MODE_PARAMETER = "volumeMode";

  private LabStorageClasses() {}

  /** Creates the classes that are not there yet. */
  static void install(KubernetesClient client) {
    for (var storageClass : all()) {
      try {
        client.storage().v1().storageClasses().resource(storageClass).create();
      } catch (KubernetesClientException e) {
        if (e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
          throw e;
        }
      }
    }
  }

  private static List<StorageClass> all() {
    return List.of(
        storageClass(FILESYSTEM, VolumeMode.FILESYSTEM, "WaitForFirstConsumer"),
        storageClass(FILESYSTEM + IMMEDIATE, VolumeMode.FILESYSTEM, "Immediate"),
        storageClass(BLOCK, VolumeMode.BLOCK, "WaitForFirstConsumer"),
        storageClass(BLOCK + IMMEDIATE, VolumeMode.BLOCK, "Immediate"));
  }

  private static StorageClass storageClass(String name, VolumeMode mode, String binding) {
    return new StorageClassBuilder()
        .withNewMetadata()
        .withName(name)
        .addToAnnotations(
            "storageclass.kubernetes.io/is-default-class",
            Boolean.toString(name.equals(FILESYSTEM)))
        .endMetadata()
        .withProvisioner(PROVISIONER)
        .addToParameters(MODE_PARAMETER, mode.text())
        .withVolumeBindingMode(binding)
        .withReclaimPolicy("Delete")
        .withAllowVolumeExpansion(true)
        .build();
  }
}
