// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.download;

import io.virtmover.controller.location.Buckets;
import io.virtmover.controller.location.LocationAccess;
import io.virtmover.controller.location.Locations;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import jakarta.enterprise.context.ApplicationScoped;

/** Looks into the bucket for what a DataDownload restores. */
@ApplicationScoped
class DiskLookup {
  /** What was found. */
  sealed interface Answer {
    /** The disk is there. */
    record Found(Disk disk, LocationAccess location) implements Answer {}

    /** It is not, and will not be. */
    record Refused(String why, FailureKind kind) implements Answer {}

    /** The bucket cannot be asked now. */
    record Unreachable(String why) implements Answer {}
  }

  private final Locations locations;
  private final Buckets buckets;

  DiskLookup(Locations locations, Buckets buckets) {
    this.locations = locations;
    this.buckets = buckets;
  }

  Answer find(String location, RestoreSource source, String claim) {
    try {
      var access = locations.find(location);
      var disk =
          buckets.read(
              access, source.vm(), repository -> DiskFinder.find(repository, source, claim));
      return new Answer.Found(disk, access);
    } catch (VirtMoverException e) {
      return e.kind() == FailureKind.UNAVAILABLE
          ? new Answer.Unreachable(e.getMessage())
          : new Answer.Refused(e.getMessage(), e.kind());
    }
  }
}
