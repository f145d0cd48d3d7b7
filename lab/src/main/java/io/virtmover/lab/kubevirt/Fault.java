// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * Ways to make a backup go wrong on purpose: the annotation {@value #ANNOTATION} with one of these
 * names, on the VirtualMachineBackup unless said otherwise. It works as long as it is there; set it
 * when the object is created, since a later write to a running backup is a fault of its own.
 * Source: kubevirt-backup-api.md §9.5.
 */
public enum Fault {
  /** The Start command is refused for ever: no condition, only BackupError events on the VMI. */
  START_REFUSED,
  /** On a tracker: its checkpoint is dropped with an event; the next backup is full. */
  TRACKER_CLEARED,
  /** The VMI's backup status is lost while the job runs: {@code Failed/SourceLost}. */
  SOURCE_LOST,
  /** The VMI leaves the phase Running while the job runs: {@code Failed/SourceUnhealthy}. */
  SOURCE_UNHEALTHY,
  /** The backup volume is full while the job runs: {@code Failed/Failed}. */
  ENOSPC,
  /** The guest could not be frozen: {@code Complete/CompletedWithWarning}, Quiesced=False. */
  COMPLETED_WITH_WARNING,
  /** Once the export is ready the job is aborted from elsewhere, which counts as a success. */
  PULL_COMPLETE_MID_READ,
  /** Once the export is ready its VirtualMachineExport is deleted, one time. */
  EXPORT_RECREATED,
  /** On a tracker: redefinition of its checkpoint takes for ever. */
  REDEFINITION_WAIT,
  /** The backup volume is never mounted. */
  ATTACH_HANGS,
  /** The guest could not be frozen and the message is lost: plain Complete, Quiesced=False. */
  QUIESCE_FAILED,
  /** Somebody writes to the backup at the wrong moment: a good job ends as SourceLost. */
  STATUS_CONFLICT_SOURCE_LOST;

  /** The annotation that names a fault. */
  public static final String ANNOTATION = "lab.virtmover.io/fault";

  /** The name in the annotation. */
  public String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The fault an object asks for; a name nobody knows is none. */
  public static Optional<Fault> of(HasMetadata object) {
    var annotations = object.getMetadata().getAnnotations();
    var wanted = annotations == null ? null : annotations.get(ANNOTATION);
    return Arrays.stream(values()).filter(fault -> fault.text().equals(wanted)).findFirst();
  }
}
