// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.download;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.virtmover.controller.Keys;
import io.virtmover.controller.velero.DataDownload;
import io.virtmover.controller.velero.TransferPhase;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Decides whether a VM that was halted for its restore is started. */
final class VmDecision {
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
   * @param isAwaited whether a VM that is not there may still come
   * @param disks DataDownloads of the same restore, for any VM
   */
  static Next next(
      DataDownload request,
      Optional<GenericKubernetesResource> vm,
      boolean isAwaited,
      List<DataDownload> disks) {
    if (vm.isEmpty()) {
      return new Next.Say(isAwaited ? new VmStart.Awaited() : new VmStart.Left());
    }
    var strategy = annotation(vm.get(), Keys.RUN_STRATEGY);
    var ofVm = disks.stream().filter(other -> isOfSameVm(request, other)).toList();
    if (strategy.isEmpty() || !ofVm.stream().allMatch(disk -> disk.phase().isFinal())) {
      return new Next.Say(new VmStart.Left());
    }
    return ofVm.stream()
        .filter(disk -> disk.phase() != TransferPhase.COMPLETED)
        .findFirst()
        .<Next>map(disk -> new Next.Say(new VmStart.Halted(halted(vm.get(), disk))))
        .orElseGet(() -> new Next.PutBack(patch(vm.get(), strategy.get())));
  }

  private static String halted(GenericKubernetesResource vm, DataDownload disk) {
    return "VM %s/%s is not started: the restore %s of one of its disks has ended as %s."
        .formatted(
            vm.getMetadata().getNamespace(),
            vm.getMetadata().getName(),
            disk.getMetadata().getName(),
            disk.phase().spelling());
  }

  private static boolean isOfSameVm(DataDownload one, DataDownload other) {
    return VmStarts.vmName(one).equals(VmStarts.vmName(other))
        && namespace(one).equals(namespace(other));
  }

  private static Optional<String> namespace(DataDownload request) {
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
    var spec = patch.putObject("spec");
    if (annotation(vm, Keys.RUN_STRATEGY_SOURCE).filter("running"::equals).isPresent()) {
      spec.put("running", !strategy.equals("Halted")).putNull("runStrategy");
    } else {
      spec.put("runStrategy", strategy);
    }
    return patch;
  }

  private static Optional<String> annotation(GenericKubernetesResource vm, String key) {
    var all =
        Objects.requireNonNullElse(vm.getMetadata().getAnnotations(), Map.<String, String>of());
    return Optional.ofNullable(all.getOrDefault(key, all.get(Keys.peers(key))));
  }
}
