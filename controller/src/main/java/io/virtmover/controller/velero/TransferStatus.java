// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.velero;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import org.jspecify.annotations.Nullable;

/**
 * The status of a DataUpload or DataDownload, as far as we read and write it. Times are RFC 3339
 * with seconds, sizes bytes.
 *
 * @param snapshotID of a DataUpload: all that a restore needs besides the location
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record TransferStatus(
    @Nullable TransferPhase phase,
    @Nullable String message,
    @Nullable String acceptedTimestamp,
    @Nullable String startTimestamp,
    @Nullable String completionTimestamp,
    @Nullable String snapshotID,
    @Nullable Long incrementalBytes,
    @Nullable Progress progress) {
  /** Nothing has been written. */
  public static final TransferStatus NONE =
      new TransferStatus(null, null, null, null, null, null, null, null);

  /** Bytes. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Progress(long totalBytes, long bytesDone) {}

  /** Where it is; a request that nobody has touched is new. */
  public TransferPhase phaseOrNew() {
    return phase == null ? TransferPhase.NEW : phase;
  }
}
