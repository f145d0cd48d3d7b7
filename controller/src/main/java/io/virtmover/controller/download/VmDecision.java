// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.download;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.virtmover.controller.Keys;
import io.virtmover.controller.velero.DataDownload;
import io.virtmover.controller.velero.TransferPhase;
import io.virtmover.controller.volume.Claims;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Decides whether a VM that was halted for its restore is started. */
final class VmDecision {
  /** Velero makes the VM after its claims. */
  static final VmStart NOT_MADE = new VmStart.Awaited("Velero has not made the VM");

  private VmDecision() {}

  /** What to do. */
  sealed interface Next {
    /** Nothing. */
    record Say(VmStart answer) implements Next {}

    /** Write the run strategy, and drop what remembered it. */
    record PutBack(ObjectNode patch) implements Next {}
  }

  /**
   * Decides it.
   *
   * @param isRestoring whether what is not there may still come
   * @param disks DataDownloads of the same restore, for any VM
   * @param missing claims that the VM waits for, and that have no DataDownload and no data
   */
  static Next next(
      DataDownload request,
      Optional<GenericKubernetesResource> vm,
      boolean isRestoring,
      List<DataDownload> disks,
      List<String> missing) {
    if (vm.isEmpty()) {
      return new Next.Say(isRestoring ? NOT_MADE : new VmStart.Left());
    }
    var strategy = annotation(vm.get(), Keys.RUN_STRATEGY);
    var ofVm = ofVm(request, disks);
    if (strategy.isEmpty() || !ofVm.stream().allMatch(disk -> disk.phase().isFinal())) {
      return new Next.Say(new VmStart.Left());
    }
    return ofVm.stream()
        .filter(disk -> disk.phase() != TransferPhase.COMPLETED)
        .findFirst()
        .<Next>map(disk -> new Next.Say(halted(vm.get(), disk)))
        .or(() -> lacks(vm.get(), isRestoring, missing).map(Next.Say::new))
        .orElseGet(() -> new Next.PutBack(patch(vm.get(), strategy.get())));
  }

  private static List<DataDownload> ofVm(DataDownload request, List<DataDownload> disks) {
    return disks.stream().filter(other -> isOfSameVm(request, other)).toList();
  }

  /** The claims that a VM waits for and that no DataDownload is for, or not yet. */
  static List<String> unserved(
      DataDownload request, GenericKubernetesResource vm, List<DataDownload> disks) {
    var served =
        ofVm(request, disks).stream()
            .map(disk -> Optional.ofNullable(disk.getSpec().targetVolume()))
            .flatMap(Optional::stream)
            .map(target -> Objects.requireNonNullElse(target.pvc(), ""))
            .collect(Collectors.toSet());
    return annotation(vm, Keys.AWAITED_CLAIMS).stream()
        .flatMap(text -> Stream.of(text.split(",", -1)))
        .filter(claim -> !claim.isEmpty() && !served.contains(claim))
        .toList();
  }

  /**
   * Whether a claim is not a restore's, and has what it ever gets: it was there before and waits
   * for no volume, or another restore has given it one.
   *
   * @param began the restore's creation
   * @param restore the restore's name as labels have it
   */
  static boolean wasThere(PersistentVolumeClaim claim, Instant began, Optional<String> restore) {
    var hasVolume = Claims.volumeName(claim).isPresent();
    var isBefore = Instant.parse(claim.getMetadata().getCreationTimestamp()).isBefore(began);
    return isBefore
        ? hasVolume || claim.getSpec().getSelector() == null
        : hasVolume && restore.isPresent() && isOfAnother(claim, restore.get());
  }

  private static boolean isOfAnother(PersistentVolumeClaim claim, String restore) {
    return Optional.ofNullable(claim.getMetadata().getLabels())
        .map(labels -> labels.get(Keys.RESTORE))
        .filter(other -> !other.equals(restore))
        .isPresent();
  }

  /** Whether a VM was halted for its restore; the disks of any other do not matter. */
  static boolean isHalted(GenericKubernetesResource vm) {
    return annotation(vm, Keys.RUN_STRATEGY).isPresent();
  }

  private static VmStart.Halted halted(GenericKubernetesResource vm, DataDownload disk) {
    return halted(
        vm,
        "the restore %s of one of its disks has ended as %s."
            .formatted(disk.getMetadata().getName(), disk.phase().spelling()));
  }

  private static Optional<VmStart> lacks(
      GenericKubernetesResource vm, boolean isRestoring, List<String> missing) {
    if (missing.isEmpty()) {
      return Optional.empty();
    }
    var what = "the restore has no disk for its claims " + String.join(", ", missing);
    return Optional.of(
        isRestoring
            ? new VmStart.Awaited(what)
            : halted(vm, what + ". Restore them, or start it yourself."));
  }

  private static VmStart.Halted halted(GenericKubernetesResource vm, String why) {
    return new VmStart.Halted(
        "VM %s/%s is not started: %s"
            .formatted(vm.getMetadata().getNamespace(), vm.getMetadata().getName(), why));
  }

  private static boolean isOfSameVm(DataDownload one, DataDownload other) {
    return VmStarts.vmName(one).equals(VmStarts.vmName(other))
        && namespace(one).equals(namespace(other));
  }

  static Optional<String> namespace(DataDownload request) {
    return Optional.ofNullable(request.getSpec().targetVolume()).map(target -> target.namespace());
  }

  private static ObjectNode patch(GenericKubernetesResource vm, String strategy) {
    var patch = JsonNodeFactory.instance.objectNode();
    var metadata = patch.putObject("metadata");
    metadata.put("resourceVersion", vm.getMetadata().getResourceVersion());
    var annotations = metadata.putObject("annotations");
    for (var key : List.of(Keys.RUN_STRATEGY, Keys.RUN_STRATEGY_SOURCE)) {
      annotations.putNull(key).putNull(Keys.peers(key));
    }
    annotations.putNull(Keys.AWAITED_CLAIMS);
    var spec = patch.putObject("spec");
    if (annotation(vm, Keys.RUN_STRATEGY_SOURCE).filter("running"::equals).isPresent()) {
      spec.put("running", !strategy.equals("Halted")).putNull("runStrategy");
    } else {
      spec.put("runStrategy", strategy);
    }
    return patch;
  }

  private static Optional<String> annotation(GenericKubernetesResource vm, String key) {
    return Keys.annotation(vm.getMetadata(), key);
  }
}
