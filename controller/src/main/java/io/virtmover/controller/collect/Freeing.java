// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.collect;

import io.virtmover.controller.config.ControllerConfig;
import io.virtmover.controller.location.Buckets;
import io.virtmover.controller.location.LocationAccess;
import io.virtmover.deletion.Tombstone;
import io.virtmover.domain.VmRef;
import io.virtmover.repository.BackupRemoval;
import io.virtmover.repository.Collected;
import io.virtmover.repository.Collector;
import io.virtmover.repository.ManifestKeys;
import io.virtmover.repository.VmRepository;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;

/** What is done in a bucket. */
@ApplicationScoped
public class Freeing {
  /** Opens buckets. */
  interface Opening {
    /** Works with what a bucket holds of a VM. */
    <T> T open(LocationAccess access, VmRef vm, Function<VmRepository, T> work);
  }

  private final Opening buckets;
  private final ControllerConfig.Collect settings;
  private final Clock clock;

  @Inject
  Freeing(Buckets buckets, ControllerConfig config) {
    this(buckets::read, config.collect(), Clock.systemUTC());
  }

  Freeing(Opening buckets, ControllerConfig.Collect settings, Clock clock) {
    this.buckets = buckets;
    this.settings = settings;
    this.clock = clock;
  }

  /**
   * Makes a VM's backup go and frees what no other one needs.
   *
   * @param deleted when the backup was deleted
   */
  Collected forget(LocationAccess access, Tombstone tombstone, Instant deleted) {
    return buckets.open(
        access,
        tombstone.vm(),
        repository -> {
          if (!settings.dryRun()) {
            var _ =
                new BackupRemoval(repository.store(), repository.root(), clock)
                    .remove(tombstone.backup(), tombstone.vm(), deleted);
          }
          return free(repository);
        });
  }

  /** Frees what no backup of a VM needs. */
  Collected free(LocationAccess access, VmRef vm) {
    return buckets.open(access, vm, this::free);
  }

  private Collected free(VmRepository repository) {
    var keys = ManifestKeys.list(repository.store(), repository.root());
    var how = new Collector.Settings(settings.grace(), false);
    var collector = new Collector(repository, how, clock);
    return settings.dryRun() ? collector.look(keys) : collector.collect(keys);
  }

  /** The VMs that have something in a location. */
  List<VmRef> vms(LocationAccess access) {
    return buckets.open(
        access,
        new VmRef("none", "none"),
        repository -> Collector.vms(repository.store(), repository.root()));
  }
}
