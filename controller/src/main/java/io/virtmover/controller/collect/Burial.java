// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.collect;

import io.virtmover.controller.config.ControllerConfig;
import io.virtmover.controller.location.LocationAccess;
import io.virtmover.domain.VmRef;
import io.virtmover.repository.Collected;
import java.time.Duration;
import java.time.Instant;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Predicate;

/** Does what a tombstone asks for, if it can be done now. */
final class Burial {
  private static final Duration WHILE_BUSY = Duration.ofMinutes(1);
  private static final Duration WHILE_READ_ONLY = Duration.ofMinutes(30);

  private final Function<String, LocationAccess> locations;
  private final Freeing freeing;
  private final Predicate<VmRef> isBusy;
  private final ControllerConfig.Collect settings;
  private final BiConsumer<LocationAccess, Collected> told;

  /**
   * @param told what was freed
   */
  Burial(
      Function<String, LocationAccess> locations,
      Freeing freeing,
      Predicate<VmRef> isBusy,
      ControllerConfig.Collect settings,
      BiConsumer<LocationAccess, Collected> told) {
    this.locations = locations;
    this.freeing = freeing;
    this.isBusy = isBusy;
    this.settings = settings;
    this.told = told;
  }

  /**
   * Tries it.
   *
   * @return what comes next
   * @throws io.virtmover.failure.VirtMoverException if it failed
   */
  Work.Next run(Work work, Instant now) {
    var tombstone = work.tombstone();
    var access = locations.apply(tombstone.location());
    if (access.isReadOnly()) {
      return work.waits(
          now,
          WHILE_READ_ONLY,
          "BackupStorageLocation %s is ReadOnly; nothing is deleted in it."
              .formatted(access.name()));
    }
    if (isBusy.test(tombstone.vm())) {
      return work.waits(
          now, WHILE_BUSY, "VM %s is being backed up or restored.".formatted(tombstone.vm()));
    }
    told.accept(access, freeing.forget(access, tombstone, work.made(now)));
    return settings.dryRun()
        ? work.waits(now, settings.grace(), "virtmover.collect.dry-run is set; nothing is deleted.")
        : work.freed(now, settings.grace());
  }
}
