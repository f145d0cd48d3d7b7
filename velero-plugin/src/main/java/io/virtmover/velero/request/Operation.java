// SPDX-License-Identifier: Apache-2.0
package io.virtmover.velero.request;

import io.virtmover.cluster.VeleroNames;

/** The id by which Velero asks for an operation, and by which its request is found again. */
public final class Operation {
  /** Velero's label with it. */
  public static final String LABEL = "velero.io/async-operation-id";

  private Operation() {}

  /** The backup of a VM, the same whenever it is asked for. */
  public static String ofBackup(String backupUid, String vmUid) {
    return VeleroNames.label("du-" + backupUid + "." + vmUid);
  }

  /** The restore of a claim, the same whenever it is asked for. */
  public static String ofRestore(String restoreUid, String claimUid) {
    return VeleroNames.label("dd-" + restoreUid + "." + claimUid);
  }
}
