// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.upload;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.virtmover.controller.kubevirt.VirtualMachine;
import io.virtmover.domain.CheckpointName;
import io.virtmover.domain.FullReason;
import io.virtmover.domain.VolumeName;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import io.virtmover.transfer.DiskSize;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What was decided before KubeVirt was asked for a backup. It is kept as an annotation of the
 * VirtualMachineBackup from its making on.
 *
 * @param isPull whether the data is read from KubeVirt's export, and not from files on a claim
 * @param parent the checkpoint that an increment builds on
 * @param reason why it is a full; an increment has none
 * @param isOfStoppedVm whether the VM did not run then: KubeVirt waits for it, or reads its disks
 *     without it
 */
record BackupPlan(
    boolean isPull,
    String tracker,
    String vmUid,
    Optional<CheckpointName> parent,
    Optional<FullReason> reason,
    List<Disk> disks,
    boolean isOfStoppedVm) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * A disk as it was then.
   *
   * @param claim empty for a host disk
   * @param atMost bytes that the disk cannot exceed; 0 where that is not known
   * @param size bytes that the guest sees, where KubeVirt tells them
   */
  record Disk(
      VolumeName volume,
      Optional<String> claim,
      Optional<String> claimUid,
      long atMost,
      OptionalLong size) {
    /** One whose size nobody tells. */
    Disk(VolumeName volume, Optional<String> claim, Optional<String> claimUid, long atMost) {
      this(volume, claim, claimUid, atMost, OptionalLong.empty());
    }

    /** The size, else its bound; empty where neither is known. */
    Optional<DiskSize> knownSize() {
      if (size.isPresent()) {
        return Optional.of(new DiskSize.Exactly(size.getAsLong()));
      }
      return atMost > 0 ? Optional.of(new DiskSize.AtMost(atMost)) : Optional.empty();
    }

    private Disk confirmedBy(List<VirtualMachine.Volume> volumes) {
      var isSame =
          volumes.stream()
              .anyMatch(other -> other.name().equals(volume) && other.size().equals(size));
      return isSame ? this : new Disk(volume, claim, claimUid, atMost);
    }
  }

  BackupPlan {
    disks = List.copyOf(disks);
  }

  /** One of a VM that runs. */
  BackupPlan(
      boolean isPull,
      String tracker,
      String vmUid,
      Optional<CheckpointName> parent,
      Optional<FullReason> reason,
      List<Disk> disks) {
    this(isPull, tracker, vmUid, parent, reason, disks, false);
  }

  boolean isFull() {
    return parent.isEmpty();
  }

  Optional<Disk> disk(VolumeName volume) {
    return disks.stream().filter(disk -> disk.volume().equals(volume)).findFirst();
  }

  /** Without the sizes that are not those of these volumes. */
  BackupPlan confirmedBy(List<VirtualMachine.Volume> volumes) {
    return new BackupPlan(
        isPull,
        tracker,
        vmUid,
        parent,
        reason,
        disks.stream().map(disk -> disk.confirmedBy(volumes)).toList(),
        isOfStoppedVm);
  }

  /** As the annotation has it. */
  String text() {
    var object =
        JSON.createObjectNode().put("pull", isPull).put("tracker", tracker).put("vm", vmUid);
    parent.ifPresent(checkpoint -> object.put("parent", checkpoint.value()));
    reason.ifPresent(why -> object.put("full", why.spelling()));
    if (isOfStoppedVm) {
      object.put("stopped", true);
    }
    var all = object.putArray("disks");
    for (var disk : disks) {
      write(all.addObject(), disk);
    }
    return object.toString();
  }

  private static void write(ObjectNode object, Disk disk) {
    object.put("volume", disk.volume().value()).put("atMost", disk.atMost());
    disk.size().ifPresent(bytes -> object.put("size", bytes));
    disk.claim().ifPresent(name -> object.put("pvc", name));
    disk.claimUid().ifPresent(uid -> object.put("pvcUid", uid));
  }

  /**
   * Reads the annotation.
   *
   * @throws VirtMoverException {@code INTERNAL} when it is not what this controller writes
   */
  static BackupPlan read(String text) {
    try {
      var object = JSON.readTree(text);
      if (object.path("vm").asText().isEmpty()) {
        throw new VirtMoverException(FailureKind.INTERNAL, "it names no VM: '%s'".formatted(text));
      }
      var disks = new ArrayList<Disk>();
      for (var disk : object.path("disks")) {
        disks.add(
            new Disk(
                new VolumeName(disk.path("volume").asText()),
                text(disk, "pvc"),
                text(disk, "pvcUid"),
                disk.path("atMost").asLong(),
                size(disk)));
      }
      return new BackupPlan(
          object.path("pull").asBoolean(),
          object.path("tracker").asText(),
          object.path("vm").asText(),
          text(object, "parent").map(CheckpointName::new),
          text(object, "full").map(FullReason::read),
          disks,
          object.path("stopped").asBoolean());
    } catch (JsonProcessingException | VirtMoverException e) {
      throw new VirtMoverException(
          FailureKind.INTERNAL, "The plan of a backup cannot be read: " + e.getMessage(), e);
    }
  }

  private static OptionalLong size(JsonNode disk) {
    var bytes = disk.path("size").asLong();
    return bytes > 0 ? OptionalLong.of(bytes) : OptionalLong.empty();
  }

  private static Optional<String> text(JsonNode object, String field) {
    return Optional.ofNullable(object.path(field).textValue());
  }
}
