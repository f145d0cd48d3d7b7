// SPDX-License-Identifier: Apache-2.0
package io.virtmover.velero.restore;

import io.virtmover.cluster.Marks;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import io.virtmover.velero.action.OperationProgress;
import io.virtmover.velero.action.Surroundings;
import io.virtmover.velero.item.Item;
import io.virtmover.velero.item.VeleroRestore;
import io.virtmover.velero.kubernetes.ResourceType;
import io.virtmover.velero.request.ClaimDownload;
import io.virtmover.velero.request.Requests;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The operation of a halted VM in a Restore, so that one whose disk nothing brings does not end it
 * as complete: a claim may be missing in the backup, or could not be restored.
 *
 * @param namespace the VM's at backup time
 */
record AwaitedDisks(String namespace, String vm) {
  private static final String PREFIX = "vm/";

  static AwaitedDisks of(String operation) {
    var words = operation.split("/", -1);
    if (!operation.startsWith(PREFIX) || words.length != 3) {
      throw new VirtMoverException(
          FailureKind.INVALID_REQUEST, "'%s' is no operation of a VM".formatted(operation));
    }
    return new AwaitedDisks(words[1], words[2]);
  }

  String operation() {
    return PREFIX + namespace + "/" + vm;
  }

  /** Ended at once: failed if no DataDownload brings a claim that the VM waits for. */
  OperationProgress progress(Surroundings surroundings, Requests downloads, VeleroRestore restore) {
    var target = restore.target(namespace);
    var missing =
        surroundings
            .kubernetes()
            .get(ResourceType.VIRTUAL_MACHINES, target, vm)
            .map(Item::new)
            .stream()
            .flatMap(found -> awaited(found))
            .filter(claim -> !downloads.isThere(ClaimDownload.name(restore, namespace, claim)))
            .filter(claim -> !isThere(surroundings, target, claim))
            .toList();
    return missing.isEmpty() ? known() : failed(target, missing);
  }

  private static Stream<String> awaited(Item found) {
    return found.annotation(Marks.AWAITED_CLAIMS).stream()
        .flatMap(claims -> Stream.of(claims.split(",", -1)));
  }

  private static boolean isThere(Surroundings surroundings, String target, String claim) {
    return surroundings.kubernetes().get(ResourceType.CLAIMS, target, claim).isPresent();
  }

  private OperationProgress failed(String target, List<String> missing) {
    return OperationProgress.failed(
        "Halted",
        "VM %s/%s stays halted: its claims [%s] are not in the Backup, or could not be restored. Restore them, or give it its run strategy back without them."
            .formatted(target, vm, String.join(", ", missing)));
  }

  private static OperationProgress known() {
    return new OperationProgress(
        true,
        Optional.empty(),
        1,
        1,
        "VMs",
        "All its disks have come, or are on their way",
        Optional.empty(),
        Optional.empty());
  }
}
