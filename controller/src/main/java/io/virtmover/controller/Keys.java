// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.virtmover.cluster.Marks;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Labels, annotations and finalizers that are ours, or that we honour on input; docs/operations.md
 * has the table. Objects of ours are found by label, never by their names.
 */
public final class Keys {
  private static final String OURS = Marks.OURS;

  /** The Go project's prefix; honoured on input in every case. */
  private static final String PEERS = "kubevirt-datamover.io/";

  /** Label on everything that belongs to one DataUpload or DataDownload: its UID. */
  public static final String REQUEST_UID = Marks.REQUEST_UID;

  /** Label beside {@link #REQUEST_UID}: {@code DataUpload} or {@code DataDownload}. */
  public static final String REQUEST_KIND = OURS + "request-kind";

  /** Annotation beside {@link #REQUEST_UID}: the request's name, for people. */
  public static final String REQUEST_NAME = OURS + "request";

  /** Label on a mover's Job and pods: the attempt's id, which is the request's too. */
  public static final String ATTEMPT = OURS + "attempt";

  /** Finalizer of DataUploads and DataDownloads that are being served. */
  public static final String FINALIZER = OURS + "cleanup";

  /** Annotation of a request: the VM's name. */
  public static final String VM_NAME = Marks.VM_NAME;

  /** Annotation of a request: the VM's namespace at backup time. */
  public static final String VM_NAMESPACE = Marks.VM_NAMESPACE;

  /** Label of a tracker, made from the VM's name. */
  public static final String VM_HASH = OURS + "vm-name-hash";

  /** Annotation on a VM, a Velero Backup or a DataUpload: the next backup is a full. */
  public static final String FORCE_FULL = OURS + "force-full-backup";

  /** Annotation on a VM: increments after a full at most; 0 for no limit. */
  public static final String MAX_INCREMENTS = OURS + "max-incremental-backups";

  /**
   * Annotation on a DataUpload, a VM, a Velero Backup or a BackupStorageLocation: {@code auto},
   * {@code pull} or {@code push}.
   */
  public static final String MODE = OURS + "mode";

  /**
   * Annotation of a DataUpload: how many tries there were before this one, and what the next does
   * otherwise.
   */
  public static final String RETRIES = OURS + "retries";

  /** Annotation of a VirtualMachineBackup: what it was made for. */
  public static final String PLAN = OURS + "plan";

  /** Annotation of a VM that waits for its disks: the run strategy it gets back. */
  public static final String RUN_STRATEGY = Marks.RUN_STRATEGY;

  /** Annotation beside {@link #RUN_STRATEGY}: the field it was in. */
  public static final String RUN_STRATEGY_SOURCE = Marks.RUN_STRATEGY_SOURCE;

  /** Annotation beside {@link #RUN_STRATEGY}: the claims that the VM waits for. */
  public static final String AWAITED_CLAIMS = Marks.AWAITED_CLAIMS;

  /**
   * Annotation of a VM: the latest checkpoints, with commas between them, when KubeVirt was seen
   * not to track its changed blocks; no increment builds on them.
   */
  public static final String UNTRACKED_SINCE = OURS + "untracked-since";

  /** Annotation of a volume that is being moved: the reclaim policy it gets back. */
  public static final String RECLAIM_POLICY = OURS + "original-reclaim-policy";

  /** Label on the leading controller's pod: the name of its lease. */
  public static final String LEADS = OURS + "leads";

  /** Velero's label with the backup's name; shortened where that is long. */
  public static final String BACKUP = Marks.BACKUP;

  /** Velero's label with the restore's name; shortened where that is long. */
  public static final String RESTORE = Marks.RESTORE;

  private Keys() {}

  /** An annotation of ours that is there and not empty, or else the Go project's. */
  public static Optional<String> annotation(ObjectMeta metadata, String ours) {
    return annotation(Optional.ofNullable(metadata.getAnnotations()).orElse(Map.of()), ours);
  }

  /** The same of all annotations of an object. */
  public static Optional<String> annotation(Map<String, String> all, String ours) {
    return Stream.of(ours, peers(ours))
        .map(key -> all.getOrDefault(key, ""))
        .filter(text -> !text.isEmpty())
        .findFirst();
  }

  /** The same key with the Go project's prefix. */
  public static String peers(String ours) {
    return PEERS + ours.substring(OURS.length());
  }
}
