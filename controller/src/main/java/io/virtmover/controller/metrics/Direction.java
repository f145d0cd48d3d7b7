// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.metrics;

import io.virtmover.controller.velero.DataDownload;
import io.virtmover.controller.velero.DataUpload;
import io.virtmover.controller.velero.TransferObject;

/** Which way data goes. */
public enum Direction {
  /** Into the bucket. */
  UPLOAD("upload", DataUpload.class),
  /** Out of it. */
  DOWNLOAD("download", DataDownload.class);

  /** The label. */
  static final String LABEL = "direction";

  private final String spelling;
  private final Class<? extends TransferObject> requests;

  Direction(String spelling, Class<? extends TransferObject> requests) {
    this.spelling = spelling;
    this.requests = requests;
  }

  static Direction of(TransferObject request) {
    return request instanceof DataUpload ? UPLOAD : DOWNLOAD;
  }

  String spelling() {
    return spelling;
  }

  /** The kind of the requests. */
  String requestKind() {
    return requests.getSimpleName();
  }
}
