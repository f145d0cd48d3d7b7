// SPDX-License-Identifier: Apache-2.0
package io.virtmover.velero.item;

import io.virtmover.cluster.Marks;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What VirtMover leaves on an object in a backup, so that a restore knows that the disk's data is
 * in the location. It says all that a restore needs in any cluster, and is on nothing that is
 * restored.
 *
 * @param vm the VM's name; its namespace is the object's at backup time
 * @param upload the DataUpload's name, for people
 */
public record DiskMark(String vm, String upload) {
  private static final String UPLOAD = Marks.OURS + "data-upload";
  private static final String CLAIMS = Marks.OURS + "claims";
  private static final String SEPARATOR = ",";

  /** The mark on a disk's claim, volume or DataVolume, or on a VM. */
  public static Optional<DiskMark> of(Item item) {
    return item.annotation(Marks.VM_NAME)
        .flatMap(vm -> item.annotation(UPLOAD).map(upload -> new DiskMark(vm, upload)));
  }

  public void putOn(Item item) {
    item.annotate(Marks.VM_NAME, vm);
    item.annotate(UPLOAD, upload);
  }

  /** Takes off what is there of it; also what an earlier restore left. */
  public static void takeOff(Item item) {
    Stream.of(Marks.VM_NAME, UPLOAD, CLAIMS).forEach(item::removeAnnotation);
  }

  /** Writes onto a VM or its DataUpload which claims were handed over. */
  public static void writeClaims(Item item, List<String> claims) {
    item.annotate(CLAIMS, String.join(SEPARATOR, claims));
  }

  /** The claims that were handed over. */
  public static List<String> claims(Item item) {
    return item.annotation(CLAIMS).stream()
        .flatMap(text -> Arrays.stream(text.split(SEPARATOR, -1)))
        .toList();
  }
}
