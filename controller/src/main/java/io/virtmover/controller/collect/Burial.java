// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.collect;

import io.virtmover.controller.config.ControllerConfig;
import io.virtmover.controller.location.LocationAccess;
import io.virtmover.domain.VmRef;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import io.virtmover.repository.Collected;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Predicate;

/** Does what a tombstone asks for, if it can be done now. */
final class Burial {
  private static final Duration WHILE_BUSY = Duration.ofMinutes(1);
  private static final Duration WHILE_READ_ONLY = Duration.ofMinutes(30);

  private final Predicate<VmRef> isBusy;
  private final ControllerConfig.Collect settings;
  private final BiConsumer<LocationAccess, Collected> told;

  /**
   * @param told what was freed
   */
  Burial(
      Predicate<VmRef> isBusy,
      ControllerConfig.Collect settings,
      BiConsumer<LocationAccess, Collected> told) {
    this.isBusy = isBusy;
    this.settings = settings;
    this.told = told;
  }

  /**
   * Tries it.
   *
   * @param location the tombstone's, which {@code access} leads to
   * @return what comes next
   * @throws VirtMoverException if it failed
   */
  Work.Next run(LocationAccess access, OpenLocation location, Work work, Instant now) {
    var vm = work.tombstone().vm();
    if (access.isReadOnly()) {
      return work.waits(
          now,
          WHILE_READ_ONLY,
          "BackupStorageLocation %s is ReadOnly; nothing is deleted in it."
              .formatted(access.name()));
    }
    checkPlace(access, work);
    var collected =
        isBusy.test(vm)
            ? Optional.<Collected>empty()
            : location.forget(work.tombstone(), work.made(now), () -> isBusy.test(vm));
    collected.ifPresent(one -> told.accept(access, one));
    return collected
        .map(one -> after(one, work, now))
        .orElseGet(
            () ->
                work.waits(now, WHILE_BUSY, "VM %s is being backed up or restored.".formatted(vm)));
  }

  private Work.Next after(Collected collected, Work work, Instant now) {
    return settings.dryRun()
        ? work.waits(now, settings.grace(), "virtmover.collect.dry-run is set; nothing is deleted.")
        : work.freed(now, settings.grace(), collected.hasMore());
  }

  /** A backup of the same name in another bucket, a copy maybe, is not the one that was deleted. */
  private static void checkPlace(LocationAccess access, Work work) {
    work.place()
        .filter(place -> !place.equals(access.place()))
        .ifPresent(
            place -> {
              throw new VirtMoverException(
                  FailureKind.INVALID_REQUEST,
                  "BackupStorageLocation %s leads to %s, and led to %s when the backup was deleted; nothing is deleted in it. Let it lead there again, or delete this ConfigMap."
                      .formatted(access.name(), access.place(), place));
            });
  }
}
