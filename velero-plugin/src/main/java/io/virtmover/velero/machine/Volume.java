// SPDX-License-Identifier: Apache-2.0
package io.virtmover.velero.machine;

import java.util.EnumSet;
import java.util.Set;

/**
 * A volume of a VM that is, or could be, a disk.
 *
 * @param claim its claim, {@code ""} where it has none
 */
public record Volume(String name, Kind kind, String claim, Set<Trait> traits) {
  /** What it is, by what KubeVirt does with it in a backup. */
  public enum Kind {
    /** A claim's volume, named directly or by a DataVolume: backed up. */
    CLAIM,
    /** A file on the node: backed up, but there is nothing to restore it to. */
    HOST_DISK,
    /** An image, or what is gone when the VM stops: not backed up. */
    PASSING,
    /** A claim with the VM's memory: not backed up. */
    MEMORY_DUMP,
    /** A claim that the guest mounts as a file system: not a disk. */
    FILE_SYSTEM
  }

  /** What more there is to know. */
  public enum Trait {
    /** Several VMs may write to it. */
    SHAREABLE,
    /** Commands of the guest go through to the device. */
    LUN,
    /** It was plugged into the running VM, and the VM's object does not know it. */
    PLUGGED_ONLY,
    /** The VM's object names it, but the running VM does not have it before its next start. */
    NOT_IN_GUEST
  }

  public Volume {
    traits = Set.copyOf(traits);
  }

  Volume with(Trait trait) {
    var all = EnumSet.of(trait);
    all.addAll(traits);
    return new Volume(name, kind, claim, all);
  }

  boolean is(Kind other) {
    return kind == other;
  }

  public boolean is(Trait trait) {
    return traits.contains(trait);
  }
}
