// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.collect;

import io.virtmover.cluster.SnapshotId;
import io.virtmover.controller.config.ControllerConfig;
import io.virtmover.controller.velero.DataDownload;
import io.virtmover.controller.velero.TransferObject;
import io.virtmover.controller.watch.KnownRequests;
import io.virtmover.domain.VmRef;
import io.virtmover.failure.VirtMoverException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * Which VMs are being backed up or restored here. Freeing their space would do no harm, but could
 * fail a backup that goes on with what an earlier try has left, or a restore of what was deleted.
 */
@ApplicationScoped
public class BusyVms {
  /** Ours end by themselves; one of another data mover that nobody serves never does. */
  private static final Duration LONGEST_FOREIGN = Duration.ofDays(7);

  private final KnownRequests requests;
  private final Set<String> datamovers;
  private final Clock clock;

  @Inject
  BusyVms(KnownRequests requests, ControllerConfig config) {
    this(requests, config.datamovers(), Clock.systemUTC());
  }

  BusyVms(KnownRequests requests, Set<String> datamovers, Clock clock) {
    this.requests = requests;
    this.datamovers = datamovers;
    this.clock = clock;
  }

  boolean isBusy(VmRef vm) {
    var earliest = clock.instant().minus(LONGEST_FOREIGN);
    return requests.list().stream()
        .filter(request -> !request.phase().isFinal())
        .filter(
            request -> datamovers.contains(request.datamover()) || made(request).isAfter(earliest))
        .anyMatch(request -> isOf(request, vm));
  }

  private static Instant made(TransferObject request) {
    return Instant.parse(request.getMetadata().getCreationTimestamp());
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
