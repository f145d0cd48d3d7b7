// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.collect;

import io.virtmover.controller.config.ControllerConfig;
import io.virtmover.deletion.Tombstone;
import io.virtmover.domain.BackupName;
import io.virtmover.domain.VmRef;
import io.virtmover.objectstore.ObjectStore;
import io.virtmover.repository.BackupRemoval;
import io.virtmover.repository.Collected;
import io.virtmover.repository.Collector;
import io.virtmover.repository.ManifestKeys;
import io.virtmover.repository.RepositoryRoot;
import io.virtmover.repository.VeleroBackups;
import io.virtmover.repository.VmRepository;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * A location's bucket during one round. Its manifests are listed once for all VMs, and again when
 * the round takes long: what changes meanwhile is found out before anything of a VM is taken away.
 */
final class OpenLocation {
  private static final Duration FRESH = Duration.ofMinutes(10);

  private record Listed(ManifestKeys keys, Instant at) {}

  private final ObjectStore store;
  private final RepositoryRoot root;
  private final ControllerConfig.Collect settings;
  private final Clock clock;
  private Optional<Listed> listed = Optional.empty();

  OpenLocation(
      ObjectStore store, RepositoryRoot root, ControllerConfig.Collect settings, Clock clock) {
    this.store = store;
    this.root = root;
    this.settings = settings;
    this.clock = clock;
  }

  /** The VMs that have something here. */
  List<VmRef> vms() {
    return Collector.vms(store, root);
  }

  /**
   * Makes a VM's backup go and frees what no other one needs. Where nothing is to be deleted, the
   * backup counts as gone for the rest of the round.
   *
   * @param deleted when the backup was deleted
   * @return empty if the VM was in use after all
   */
  Optional<Collected> forget(Tombstone tombstone, Instant deleted, BooleanSupplier isBusy) {
    var removal = new BackupRemoval(store, root, clock);
    var backup = tombstone.backup();
    var vm = tombstone.vm();
    if (!settings.dryRun()) {
      var _ = removal.remove(backup, vm, deleted);
    } else if (removal.wouldRemove(backup, vm, deleted)) {
      var without = keys().without(vm, backup);
      listed = listed.map(before -> new Listed(without, before.at()));
    }
    return free(vm, isBusy);
  }

  /**
   * Frees what no backup of a VM needs.
   *
   * @return empty if the VM was in use after all
   */
  Optional<Collected> free(VmRef vm, BooleanSupplier isBusy) {
    var how = new Collector.Settings(settings.grace(), false);
    var collector = new Collector(new VmRepository(store, root, vm), how, clock);
    return settings.dryRun()
        ? Optional.of(collector.look(keys()))
        : collector.collect(keys(), isBusy);
  }

  /** Backups that have manifests here and that Velero does not have any more. */
  List<BackupName> forgotten() {
    return new VeleroBackups(store, root).forgotten(keys(), clock.instant());
  }

  private ManifestKeys keys() {
    var now = clock.instant();
    var fresh =
        listed
            .filter(before -> before.at().plus(FRESH).isAfter(now))
            .orElseGet(() -> new Listed(ManifestKeys.list(store, root), now));
    listed = Optional.of(fresh);
    return fresh.keys();
  }
}
