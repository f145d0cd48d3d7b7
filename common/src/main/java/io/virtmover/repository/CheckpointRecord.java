// SPDX-License-Identifier: Apache-2.0
package io.virtmover.repository;

import io.virtmover.domain.BackupName;
import io.virtmover.domain.BackupType;
import io.virtmover.domain.CheckpointName;
import io.virtmover.domain.FullReason;
import io.virtmover.domain.VmRef;
import io.virtmover.domain.VolumeName;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Everything about a checkpoint, written once as {@code checkpoint.json}. The index and the
 * manifests can be rebuilt from it.
 *
 * @param timestamp RFC 3339
 * @param reason why this is a full, where that was said
 * @param chainDigest {@link ChainDigest} of the chain an increment was put on, as it was when it
 *     was checked; unknown for records of earlier versions
 * @param attempt id of the try that wrote it
 */
public record CheckpointRecord(
    VmRef vm,
    Optional<String> vmUid,
    CheckpointName id,
    BackupType type,
    Optional<CheckpointName> parent,
    String vmBackup,
    String timestamp,
    BackupName backup,
    Optional<FullReason> reason,
    Optional<String> chainDigest,
    String attempt,
    String toolVersion,
    List<Disk> disks) {
  /**
   * A disk's image and what is known about it.
   *
   * @param type whether the image holds all of the disk; one in an increment can, be it that the
   *     disk is new, be it that its changes were not known
   * @param source {@code push} or {@code pull}
   * @param fingerprint identifies what the image was made from
   */
  public record Disk(
      VolumeName volume,
      BackupType type,
      String pvc,
      Optional<String> pvcUid,
      long virtualSize,
      int clusterSize,
      String fileName,
      String objectPath,
      long objectSize,
      String etag,
      long dataBytes,
      long zeroBytes,
      String source,
      String fingerprint,
      ExtentsRef extents) {
    /** Whether a chain of the disk can begin with its image. */
    public boolean isWhole() {
      return type == BackupType.FULL;
    }
  }

  public CheckpointRecord {
    disks = List.copyOf(disks);
    if (type == BackupType.FULL) {
      disks.stream()
          .filter(disk -> !disk.isWhole())
          .findFirst()
          .ifPresent(
              disk -> {
                throw new VirtMoverException(
                    FailureKind.INVALID_REQUEST,
                    "Disk %s is an increment in a full.".formatted(disk.volume()));
              });
    }
    try {
      var _ = GoFormat.parseTime(timestamp);
    } catch (DateTimeException e) {
      throw new VirtMoverException(
          FailureKind.INVALID_REQUEST,
          "'%s' is not a time: write it as RFC 3339 has it.".formatted(timestamp),
          e);
    }
  }

  Instant instant() {
    return GoFormat.parseTime(timestamp);
  }

  /** The disk whose image has this file name. */
  public Optional<Disk> disk(String fileName) {
    return disks.stream().filter(disk -> disk.fileName().equals(fileName)).findFirst();
  }

  /** Whether another record describes the same images, whoever wrote it. */
  boolean describesTheSame(CheckpointRecord other) {
    return vm.equals(other.vm)
        && id.equals(other.id)
        && type == other.type
        && parent.equals(other.parent)
        && prints().equals(other.prints());
  }

  /** What tells one disk's objects from others: their place, their version, their checksums. */
  private List<String> prints() {
    return disks.stream()
        .map(
            disk ->
                String.join(
                    " ",
                    disk.volume().value(),
                    disk.type().spelling(),
                    disk.objectPath(),
                    Long.toString(disk.virtualSize()),
                    Long.toString(disk.objectSize()),
                    disk.etag(),
                    disk.fingerprint(),
                    Long.toString(disk.extents().size()),
                    Integer.toHexString(disk.extents().crc32c())))
        .sorted()
        .toList();
  }
}
