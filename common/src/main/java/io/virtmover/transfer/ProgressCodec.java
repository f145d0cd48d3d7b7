// SPDX-License-Identifier: Apache-2.0
package io.virtmover.transfer;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.virtmover.failure.VirtMoverException;

/** The progress as JSON (docs/transfer-contract.md). */
public final class ProgressCodec {
  /** Bytes that a progress takes at most. */
  public static final int LONGEST = 4096;

  private ProgressCodec() {}

  /** The progress as one line. */
  public static String write(TransferProgress progress) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("version", FormatVersion.CURRENT.toString())
        .put("id", progress.id())
        .put("bytesDone", progress.bytesDone())
        .put("totalBytes", progress.totalBytes())
        .toString();
  }

  /**
   * Reads a progress, whoever sent it.
   *
   * @param where what it comes from, for messages
   * @throws VirtMoverException {@code INVALID_REQUEST} for what is no progress, {@code UNSUPPORTED}
   *     for one of another major version
   */
  public static TransferProgress read(String where, byte[] json) {
    return DocumentFields.read(where, json, LONGEST, fields -> progress(where, fields));
  }

  private static TransferProgress progress(String where, DocumentFields fields) {
    var id = fields.required("id", TransferRequest::checkedId);
    var bytesDone = fields.requiredNumber("bytesDone");
    var totalBytes = fields.requiredNumber("totalBytes");
    try {
      return new TransferProgress(id, bytesDone, totalBytes);
    } catch (VirtMoverException e) {
      throw e.at(where);
    }
  }
}
