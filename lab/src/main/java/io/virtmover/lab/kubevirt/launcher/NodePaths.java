// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt.launcher;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.file.Path;
import java.util.Optional;

/** Where the volume of a claim lies on this node. */
public final class NodePaths {
  private final KubernetesClient client;

  public NodePaths(KubernetesClient client) {
    this.client = client;
  }

  /** The folder or device of a bound claim's persistent volume. */
  public Optional<Path> of(String namespace, String claim) {
    return Optional.ofNullable(
            client.persistentVolumeClaims().inNamespace(namespace).withName(claim).get())
        .map(found -> found.getSpec().getVolumeName())
        .map(volume -> client.persistentVolumes().withName(volume).get())
        .map(volume -> volume.getSpec().getLocal())
        .map(local -> Path.of(local.getPath()));
  }
}
