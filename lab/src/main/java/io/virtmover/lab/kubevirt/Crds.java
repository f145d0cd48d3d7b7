// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.virtmover.lab.kubevirt.api.Release;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * The custom resource definitions of {@code crds/kubevirt}. The files are those of {@link
 * Release#HEAD}, but for {@code kubevirt.crd.yaml} and {@code datavolume.crd.yaml}, which describe
 * only what the stand-ins read; what older releases have differently is changed here. Source:
 * kubevirt-backup-api.md §1.6.
 */
public final class Crds {
  private static final String FOLDER = "/crds/kubevirt/";
  private static final List<String> FILES =
      List.of(
          "datavolume.crd.yaml",
          "kubevirt.crd.yaml",
          "virtualmachine.crd.yaml",
          "virtualmachineinstance.crd.yaml",
          "virtualmachinebackup.crd.yaml",
          "virtualmachinebackuptracker.crd.yaml",
          "virtualmachineexport.crd.yaml");
  private static final Duration ESTABLISHED_WITHIN = Duration.ofSeconds(30);

  private Crds() {}

  /** The definitions as a release has them. */
  public static List<GenericKubernetesResource> of(Release release) {
    return FILES.stream().map(Crds::read).map(crd -> CrdChanges.apply(crd, release)).toList();
  }

  /** Installs the definitions and waits until the API server serves them. */
  public static void install(KubernetesClient client, Release release) {
    var crds = of(release);
    for (var crd : crds) {
      client.resource(crd).fieldManager("virtmover-lab").forceConflicts().serverSideApply();
    }
    for (var crd : crds) {
      client
          .resources(CustomResourceDefinition.class)
          .withName(crd.getMetadata().getName())
          .waitUntilCondition(
              Crds::isEstablished, ESTABLISHED_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  private static boolean isEstablished(CustomResourceDefinition crd) {
    return crd != null
        && crd.getStatus() != null
        && crd.getStatus().getConditions() != null
        && crd.getStatus().getConditions().stream()
            .anyMatch(c -> c.getType().equals("Established") && c.getStatus().equals("True"));
  }

  private static GenericKubernetesResource read(String file) {
    try (var in = Crds.class.getResourceAsStream(FOLDER + file)) {
      return Serialization.unmarshal(
          Objects.requireNonNull(in, file), GenericKubernetesResource.class);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
