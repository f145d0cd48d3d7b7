// SPDX-License-Identifier: Apache-2.0
package io.virtmover.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodList;
import io.fabric8.kubernetes.client.dsl.FilterWatchListDeletable;
import io.fabric8.kubernetes.client.dsl.PodResource;
import io.fabric8.kubernetes.client.readiness.Readiness;
import io.virtmover.lab.junit.ApiWrite;
import io.virtmover.lab.junit.LabNamespace;
import java.time.Instant;
import java.util.List;

/**
 * Which of a product's controllers leads, by the label that its service finds it by. A change of
 * leaders is over when the new one alone has it.
 */
record Leaders(LabNamespace lab, InstalledProduct product) {
  private static final String LEADS = "virtmover.io/leads";

  /** The only one that says so. */
  Pod one() {
    var found = labelled().list().getItems();
    assertThat(found).hasSize(1);
    return found.getFirst();
  }

  /** Waits until another one leads; what it is. */
  Pod awaitAnother(Pod former) {
    var found =
        lab.awaitAll(
            labelled(),
            "another one than " + name(former) + " leads",
            all -> all.size() == 1 && !name(all.getFirst()).equals(name(former)));
    return found.getFirst();
  }

  /**
   * Waits until this one alone leads: one that was frozen may still send what it had begun, and put
   * its label back until the leader looks again.
   */
  void awaitOnly(Pod leader) {
    var _ =
        lab.awaitAll(
            labelled(),
            name(leader) + " alone leads",
            all -> all.size() == 1 && name(all.getFirst()).equals(name(leader)));
  }

  /** Waits until a controller that led has ended and was started again in its pod, and waits. */
  void awaitStandby(Pod former) {
    lab.await(
        lab.client().pods().inNamespace(product.namespace()).withName(name(former)),
        name(former) + " was started again",
        pod -> pod != null && restarts(pod) == restarts(former) + 1 && Readiness.isPodReady(pod));
  }

  /** What controllers have changed since a moment; their lease aside. */
  List<ApiWrite> writesSince(Instant moment) {
    return product.writes().stream().filter(write -> write.at().isAfter(moment)).toList();
  }

  static String name(Pod pod) {
    return pod.getMetadata().getName();
  }

  private static int restarts(Pod pod) {
    return pod.getStatus().getContainerStatuses().getFirst().getRestartCount();
  }

  private FilterWatchListDeletable<Pod, PodList, PodResource> labelled() {
    return lab.client().pods().inNamespace(product.namespace()).withLabel(LEADS);
  }
}
