// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.collect;

import io.virtmover.cluster.SnapshotId;
import io.virtmover.controller.velero.DataDownload;
import io.virtmover.controller.velero.TransferObject;
import io.virtmover.controller.watch.KnownRequests;
import io.virtmover.domain.VmRef;
import io.virtmover.failure.VirtMoverException;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;

/**
 * Which VMs are being backed up or restored here. Freeing their space would do no harm, but could
 * fail a backup that goes on with what an earlier try has left, or a restore of what was deleted.
 */
@ApplicationScoped
public class BusyVms {
  private final KnownRequests requests;

  BusyVms(KnownRequests requests) {
    this.requests = requests;
  }

  boolean isBusy(VmRef vm) {
    return requests.list().stream()
        .filter(request -> !request.phase().isFinal())
        .anyMatch(request -> isOf(request, vm));
  }

  static boolean isOf(TransferObject request, VmRef vm) {
    return request.vm().filter(vm.toString()::equals).isPresent()
        || (request instanceof DataDownload download
            && source(download).filter(vm::equals).isPresent());
  }

  private static Optional<VmRef> source(DataDownload download) {
    try {
      return Optional.ofNullable(download.getSpec().snapshotID())
          .flatMap(SnapshotId::parse)
          .map(SnapshotId::vm);
    } catch (VirtMoverException e) {
      return Optional.empty();
    }
  }
}
