// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.download;

import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.virtmover.controller.location.LocationAccess;

/** A restore of which everything is known that it takes to begin. */
record Plan(
    RestoreSource source, Disk disk, LocationAccess location, PersistentVolumeClaim target) {}
