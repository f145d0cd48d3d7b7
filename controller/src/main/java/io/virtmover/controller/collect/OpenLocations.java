// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.collect;

import io.virtmover.controller.config.ControllerConfig;
import io.virtmover.controller.location.Buckets;
import io.virtmover.controller.location.LocationAccess;
import io.virtmover.domain.VmRef;
import io.virtmover.repository.VmRepository;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Clock;
import java.util.function.Function;

/** Opens the buckets in which space is freed. */
@ApplicationScoped
public class OpenLocations {
  /** Opens buckets. */
  interface Opening {
    /** Works with what a bucket holds of a VM. */
    <T> T open(LocationAccess access, VmRef vm, Function<VmRepository, T> work);
  }

  private static final VmRef NONE = new VmRef("none", "none");

  private final Opening buckets;
  private final ControllerConfig.Collect settings;
  private final Clock clock;

  @Inject
  OpenLocations(Buckets buckets, ControllerConfig config) {
    this(buckets::free, config.collect(), Clock.systemUTC());
  }

  OpenLocations(Opening buckets, ControllerConfig.Collect settings, Clock clock) {
    this.buckets = buckets;
    this.settings = settings;
    this.clock = clock;
  }

  /** Works in a location, with whatever VMs. */
  <T> T in(LocationAccess access, Function<OpenLocation, T> work) {
    return buckets.open(
        access,
        NONE,
        repository ->
            work.apply(new OpenLocation(repository.store(), repository.root(), settings, clock)));
  }
}
