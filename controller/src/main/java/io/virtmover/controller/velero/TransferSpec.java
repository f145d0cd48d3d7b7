// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.velero;

import org.jspecify.annotations.Nullable;

/** What DataUpload and DataDownload ask for alike, as far as we read it. */
public interface TransferSpec {
  /** Who is to serve it. */
  @Nullable String datamover();

  /** Where the bucket is. */
  @Nullable String backupStorageLocation();

  /** The VM's namespace at backup time. */
  @Nullable String sourceNamespace();

  /** Whether it is to be stopped. */
  boolean cancel();
}
