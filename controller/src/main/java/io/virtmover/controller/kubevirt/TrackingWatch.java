// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.kubevirt;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.fabric8.kubernetes.client.informers.cache.ReducedStateItemStore;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.virtmover.domain.VmRef;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * Sees VMs that are no longer tracked, also those whose tracking is on again before their next
 * backup. Each controller watches, whether it leads or not: what two of them write is the same. Of
 * a VM nothing is kept but its name and version.
 */
@ApplicationScoped
public class TrackingWatch {
  private static final Logger LOG = Logger.getLogger(TrackingWatch.class);
  private static final long PAGE = 200;

  /** Not once more for each event that comes meanwhile. */
  private final Set<VmRef> waiting = ConcurrentHashMap.newKeySet();

  private final KubernetesClient client;
  private final TrackingGaps gaps;
  private final Duration pause;
  private final ScheduledExecutorService looks =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("tracking-", 1).factory());

  private Optional<SharedIndexInformer<GenericKubernetesResource>> vms = Optional.empty();

  @Inject
  TrackingWatch(KubernetesClient client, TrackingGaps gaps) {
    this(client, gaps, Duration.ofSeconds(15));
  }

  /**
   * @param pause before a look that failed is repeated
   */
  TrackingWatch(KubernetesClient client, TrackingGaps gaps, Duration pause) {
    this.client = client;
    this.gaps = gaps;
    this.pause = pause;
  }

  void start(@Observes StartupEvent event) {
    start();
  }

  /** Returns at once, also where KubeVirt is not there yet. */
  void start() {
    var informer =
        client
            .genericKubernetesResources(KubeVirtKinds.VM)
            .inAnyNamespace()
            .withLimit(PAGE)
            .runnableInformer(0)
            .itemStore(
                new ReducedStateItemStore<>(
                    ReducedStateItemStore.NAME_KEY_STATE,
                    GenericKubernetesResource.class,
                    client.getKubernetesSerialization(),
                    "metadata.resourceVersion"))
            .exceptionHandler((isStarted, failure) -> true);
    var _ = informer.addEventHandler(new Handler());
    vms = Optional.of(informer);
    var _ = informer.start();
  }

  void stop(@Observes ShutdownEvent event) {
    stop();
  }

  void stop() {
    vms.ifPresent(SharedIndexInformer::stop);
    looks.shutdownNow();
  }

  private final class Handler implements ResourceEventHandler<GenericKubernetesResource> {
    @Override
    public void onAdd(GenericKubernetesResource vm) {
      see(vm);
    }

    @Override
    public void onUpdate(GenericKubernetesResource before, GenericKubernetesResource vm) {
      see(vm);
    }

    @Override
    public void onDelete(GenericKubernetesResource vm, boolean isStateUnknown) {}
  }

  private void see(GenericKubernetesResource vm) {
    if (state(vm).filter(state -> !VirtualMachine.isTracked(state)).isPresent()) {
      var ref = new VmRef(vm.getMetadata().getNamespace(), vm.getMetadata().getName());
      gaps.suspect(ref);
      look(ref, Duration.ZERO);
    }
  }

  /** Absent where nobody has ever wanted it tracked. */
  private static Optional<String> state(GenericKubernetesResource vm) {
    return vm.getAdditionalProperties().get("status") instanceof Map<?, ?> status
            && status.get("changedBlockTracking") instanceof Map<?, ?> tracking
            && tracking.get("state") instanceof String state
            && !state.isEmpty()
        ? Optional.of(state)
        : Optional.empty();
  }

  private void look(VmRef vm, Duration after) {
    if (waiting.add(vm) && !looks.isShutdown()) {
      var _ = looks.schedule(() -> lookNow(vm), after.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  private void lookNow(VmRef vm) {
    waiting.remove(vm);
    try {
      gaps.look(vm);
    } catch (RuntimeException e) {
      LOG.warnf(
          "Whether VM %s has a backup that its next one cannot build on is not known, and looked at again: %s",
          vm, e.getMessage());
      look(vm, pause);
    }
  }
}
