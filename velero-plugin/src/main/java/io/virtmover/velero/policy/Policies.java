// SPDX-License-Identifier: Apache-2.0
package io.virtmover.velero.policy;

import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import io.virtmover.velero.filter.NameFilter;
import io.virtmover.velero.item.Item;
import io.virtmover.velero.item.Known;
import io.virtmover.velero.item.VeleroBackup;
import io.virtmover.velero.kubernetes.KubernetesApi;
import io.virtmover.velero.kubernetes.KubernetesException;
import io.virtmover.velero.kubernetes.ResourceType;
import java.util.Optional;

/** Finds out whom a Backup gives claims to. */
public final class Policies {
  private record Source(
      String backupUid, String namespace, Optional<String> configMap, boolean isSkippedOurs) {}

  private record Claim(String backupUid, String namespace, String name) {}

  private final KubernetesApi kubernetes;
  private final Known<Source, VolumePolicy> policies = new Known<>();
  private final Known<Claim, Assignment> assignments = new Known<>();

  public Policies(KubernetesApi kubernetes) {
    this.kubernetes = kubernetes;
  }

  /**
   * Whom the Backup gives a claim to. Velero shows a claim as it was when it was listed, and a VM's
   * claims are looked at as they are: what was said of a claim first holds for all who ask.
   *
   * @throws VirtMoverException when its policy cannot be read
   */
  public Assignment assignment(VeleroBackup backup, Item claim) {
    var policy = policy(backup);
    if (policy == VolumePolicy.NONE) {
      return Assignment.UNSAID;
    }
    return assignments.get(
        new Claim(backup.uid(), claim.namespace(), claim.name()),
        _ -> assignment(policy, backup, claim));
  }

  private Assignment assignment(VolumePolicy policy, VeleroBackup backup, Item claim) {
    var volume =
        PolicyVolume.volumeName(claim)
            .flatMap(name -> kubernetes.get(ResourceType.VOLUMES, "", name))
            .map(Item::new);
    try {
      return policy.of(new PolicyVolume(claim, volume));
    } catch (VirtMoverException e) {
      throw unreadable(backup.policy().orElse(""), e);
    }
  }

  /**
   * Which kinds of objects in namespaces the policy has in the Backup.
   *
   * @throws VirtMoverException when the policy cannot be read
   */
  public NameFilter kinds(VeleroBackup backup) {
    return policy(backup).kinds();
  }

  private VolumePolicy policy(VeleroBackup backup) {
    return policies.get(
        new Source(
            backup.uid(), backup.namespace(), backup.policy(), backup.handsOverWhatItSkips()),
        this::read);
  }

  private VolumePolicy read(Source source) {
    if (source.configMap().isEmpty()) {
      return VolumePolicy.NONE;
    }
    var name = source.configMap().get();
    try {
      var data =
          kubernetes
              .get(ResourceType.CONFIG_MAPS, source.namespace(), name)
              .map(map -> map.path("data"))
              .orElseThrow(() -> invalid("it is not there"));
      if (data.size() != 1) {
        throw invalid("it has %d keys and not one".formatted(data.size()));
      }
      return VolumePolicy.read(data.iterator().next().asText(), source.isSkippedOurs());
    } catch (KubernetesException e) {
      throw e;
    } catch (VirtMoverException e) {
      throw unreadable(name, e);
    }
  }

  private static VirtMoverException unreadable(String name, VirtMoverException why) {
    return why.at("The volume policy in the ConfigMap %s cannot be used".formatted(name));
  }

  private static VirtMoverException invalid(String what) {
    return new VirtMoverException(FailureKind.INVALID_REQUEST, what);
  }
}
