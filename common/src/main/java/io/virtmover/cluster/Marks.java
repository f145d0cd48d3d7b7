// SPDX-License-Identifier: Apache-2.0
package io.virtmover.cluster;

/**
 * Labels and annotations by which the Velero plugin and the controller understand each other, and
 * Velero's own that both use. docs/operations.md has the table of all keys.
 */
public final class Marks {
  /** The prefix of ours. */
  public static final String OURS = "virtmover.io/";

  /** What {@code spec.datamover} says of requests that are ours. */
  public static final String DATAMOVER = "cnv";

  /** Label on everything that belongs to one DataUpload or DataDownload: its UID. */
  public static final String REQUEST_UID = OURS + "request-uid";

  /** Annotation of a request, and of a disk's objects in a backup: the VM's name. */
  public static final String VM_NAME = OURS + "vm-name";

  /** Annotation of a request: the VM's namespace at backup time. */
  public static final String VM_NAMESPACE = OURS + "vm-namespace";

  /** Annotation of a VM that waits for its disks: the run strategy it gets back. */
  public static final String RUN_STRATEGY = OURS + "original-run-strategy";

  /** Annotation beside {@link #RUN_STRATEGY}: the field it was in. */
  public static final String RUN_STRATEGY_SOURCE = OURS + "original-run-strategy-source";

  /**
   * Annotation beside {@link #RUN_STRATEGY}: the claims that the VM waits for, with commas between.
   * Where it is missing, the VM waits for what its restore asks for.
   */
  public static final String AWAITED_CLAIMS = OURS + "awaited-claims";

  /** Velero's label with the backup's name, as {@link VeleroNames#label} writes it. */
  public static final String BACKUP = "velero.io/backup-name";

  /** Velero's label with the restore's name, as {@link VeleroNames#label} writes it. */
  public static final String RESTORE = "velero.io/restore-name";

  /** Velero's label on what no backup contains. */
  public static final String EXCLUDED = "velero.io/exclude-from-backup";

  private Marks() {}
}
