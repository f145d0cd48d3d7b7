// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.velero;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a DataUpload asks for, as far as we read it. */
@JsonIgnoreProperties(ignoreUnknown = true)
public record DataUploadSpec(
    @Nullable String datamover,
    @Nullable String backupStorageLocation,
    @Nullable String sourceNamespace,
    @Nullable String sourcePVC,
    @Nullable Map<String, String> dataMoverConfig,
    boolean cancel)
    implements TransferSpec {
  /** Nothing was asked for. */
  static final DataUploadSpec NONE = new DataUploadSpec(null, null, null, null, null, false);
}
