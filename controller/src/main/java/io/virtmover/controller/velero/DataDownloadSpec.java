// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.velero;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a DataDownload asks for, as far as we read it.
 *
 * @param sourceNamespace the VM's at backup time
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record DataDownloadSpec(
    @Nullable String datamover,
    @Nullable String backupStorageLocation,
    @Nullable String snapshotID,
    @Nullable String sourceNamespace,
    @Nullable Target targetVolume,
    @Nullable Map<String, String> dataMoverConfig,
    boolean cancel)
    implements TransferSpec {
  /** Nothing was asked for. */
  static final DataDownloadSpec NONE =
      new DataDownloadSpec(null, null, null, null, null, null, false);

  /** The claim that waits for its volume. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Target(@Nullable String pvc, @Nullable String namespace) {}
}
