// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.download;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.virtmover.controller.Keys;
import io.virtmover.controller.config.ControllerConfig;
import io.virtmover.controller.velero.DataDownload;
import io.virtmover.controller.watch.ApiRefusals;
import io.virtmover.controller.watch.ApiTrouble;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.HttpURLConnection;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** Gives a VM its run strategy back after the last of its disks. */
@ApplicationScoped
class VmStarts {
  private static final ResourceDefinitionContext VM = kind("kubevirt.io", "v1", "VirtualMachine");
  private static final ResourceDefinitionContext RESTORE = kind("velero.io", "v1", "Restore");

  /** Until then Velero may still create the VM, which comes after its claims. */
  private static final Set<String> RESTORING = Set.of("", "New", "InProgress");

  private final KubernetesClient client;
  private final ControllerConfig config;
  private final ApiRefusals apiRefusals;
  private final Clock clock;

  VmStarts(KubernetesClient client, ControllerConfig config, ApiRefusals apiRefusals, Clock clock) {
    this.client = client;
    this.config = config;
    this.apiRefusals = apiRefusals;
    this.clock = clock;
  }

  private static ResourceDefinitionContext kind(String group, String version, String kind) {
    return new ResourceDefinitionContext.Builder()
        .withGroup(group)
        .withVersion(version)
        .withKind(kind)
        .withPlural(kind.toLowerCase(Locale.ROOT) + "s")
        .withNamespaced(true)
        .build();
  }

  /**
   * Starts the VM of a DataDownload that has ended, if it is the last one to. Where the API server
   * refuses that for good, the VM stays halted; what may pass is awaited.
   *
   * @throws KubernetesClientException when it is denied, and has not been for long
   */
  VmStart start(DataDownload request) {
    try {
      return started(request);
    } catch (KubernetesClientException e) {
      var trouble = ApiTrouble.of(e);
      if (trouble.kind() == FailureKind.UNAVAILABLE) {
        return new VmStart.Awaited(
            VmStart.Awaited.NOT_STARTED + ApiTrouble.clause(ApiTrouble.words(e)));
      }
      return apiRefusals
          .end(RestoreObjects.name(request), e, clock.instant())
          .map(_ -> halted(request, e))
          .orElseThrow(() -> e);
    }
  }

  private static VmStart halted(DataDownload request, KubernetesClientException refusal) {
    return new VmStart.Halted(
        "VM %s/%s is not started, start it yourself: %s"
            .formatted(
                VmDecision.namespace(request).orElse(""),
                vmName(request).orElse(""),
                ApiTrouble.of(refusal).getMessage()));
  }

  private VmStart started(DataDownload request) {
    var name = vmName(request);
    var target = request.getSpec().targetVolume();
    if (!config.restore().startVms()
        || name.isEmpty()
        || target == null
        || target.namespace() == null) {
      return new VmStart.Left();
    }
    // Before its disks: where the VM is there, Velero has asked for all that it asks for.
    var vm = vm(target.namespace(), name.get());
    var halted = vm.filter(VmDecision::isHalted);
    var disks = halted.isPresent() ? disks(request) : List.<DataDownload>of();
    var unserved =
        halted.map(found -> VmDecision.unserved(request, found, disks)).orElse(List.<String>of());
    var restore =
        vm.isEmpty() || !unserved.isEmpty()
            ? restore(request)
            : Optional.<GenericKubernetesResource>empty();
    var missing =
        unserved.stream()
            .filter(claim -> !wasThere(target.namespace(), claim, restore, request))
            .toList();
    var isRestoring = restore.filter(VmStarts::isRestoring).isPresent();
    if (vm.isEmpty() && !isRestoring && vm(target.namespace(), name.get()).isPresent()) {
      // Velero made it last, between the two looks.
      return VmDecision.NOT_MADE;
    }
    var next = VmDecision.next(request, vm, isRestoring, disks, missing);
    return switch (next) {
      case VmDecision.Next.Say(var answer) -> answer;
      case VmDecision.Next.PutBack(var patch) -> putBack(vm.orElseThrow(), patch);
    };
  }

  private VmStart putBack(GenericKubernetesResource vm, ObjectNode patch) {
    try {
      var _ = client.resource(vm).patch(PatchContext.of(PatchType.JSON_MERGE), patch.toString());
      return new VmStart.Started(
          vm.getMetadata().getNamespace() + "/" + vm.getMetadata().getName());
    } catch (KubernetesClientException e) {
      if (e.getCode() == HttpURLConnection.HTTP_NOT_FOUND) {
        return new VmStart.Left();
      }
      throw e;
    }
  }

  static Optional<String> vmName(DataDownload request) {
    try {
      return Optional.of(RestoreSource.of(request).vm().name());
    } catch (VirtMoverException e) {
      return Optional.empty();
    }
  }

  /** The DataDownloads of the same restore, this one among them. */
  private List<DataDownload> disks(DataDownload request) {
    return request
        .label(Keys.RESTORE)
        .map(
            restore ->
                client
                    .resources(DataDownload.class)
                    .inNamespace(config.namespace())
                    .withLabel(Keys.RESTORE, restore)
                    .list()
                    .getItems()
                    .stream()
                    .filter(other -> config.datamovers().contains(other.datamover()))
                    .toList())
        .orElse(List.of(request));
  }

  private Optional<GenericKubernetesResource> vm(String namespace, String name) {
    return Optional.ofNullable(
        client.genericKubernetesResources(VM).inNamespace(namespace).withName(name).get());
  }

  private boolean wasThere(
      String namespace,
      String name,
      Optional<GenericKubernetesResource> restore,
      DataDownload request) {
    var claim =
        Optional.ofNullable(
            client.persistentVolumeClaims().inNamespace(namespace).withName(name).get());
    return claim.isPresent()
        && restore
            .map(found -> Instant.parse(found.getMetadata().getCreationTimestamp()))
            .filter(began -> VmDecision.wasThere(claim.get(), began, request.label(Keys.RESTORE)))
            .isPresent();
  }

  private static boolean isRestoring(GenericKubernetesResource restore) {
    return RESTORING.contains(
        Objects.<Object>requireNonNullElse(restore.get("status", "phase"), ""));
  }

  private Optional<GenericKubernetesResource> restore(DataDownload request) {
    var name =
        request.getMetadata().getOwnerReferences().stream()
            .filter(owner -> owner.getKind().equals("Restore"))
            .map(owner -> owner.getName())
            .findFirst()
            .or(() -> request.label(Keys.RESTORE));
    return name.map(
        restore ->
            client
                .genericKubernetesResources(RESTORE)
                .inNamespace(config.namespace())
                .withName(restore)
                .get());
  }
}
