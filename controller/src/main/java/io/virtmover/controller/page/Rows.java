// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.page;

import io.virtmover.controller.Keys;
import io.virtmover.controller.page.StatusReport.Row;
import io.virtmover.controller.velero.DataDownload;
import io.virtmover.controller.velero.DataUpload;
import io.virtmover.controller.velero.TransferObject;
import io.virtmover.controller.velero.TransferStatus;
import io.virtmover.controller.watch.Glance;
import io.virtmover.domain.BackupType;
import io.virtmover.domain.FullReason;
import io.virtmover.domain.VmRef;
import java.util.Objects;
import java.util.Optional;

/** Makes a row of a request. */
final class Rows {
  /** A message can be as long as an object. */
  private static final int LONGEST = 600;

  private Rows() {}

  static Row of(TransferObject request, Glance glance, String message, String since) {
    var status = request.status();
    return new Row(
        request.getKind(),
        name(request),
        glance.vm().map(VmRef::toString),
        request.disk().map(Rows::cut),
        request.label(request instanceof DataDownload ? Keys.RESTORE : Keys.BACKUP).map(Rows::cut),
        location(request).map(Rows::cut),
        request.phase().spelling(),
        glance.isPull().map(isPull -> isPull ? "pull" : "push"),
        glance.type().map(BackupType::spelling),
        glance.reason().map(FullReason::spelling),
        cut(message),
        cut(since),
        Optional.ofNullable(status.completionTimestamp()).map(Rows::cut),
        glance.progress().map(TransferStatus.Progress::bytesDone),
        glance.progress().map(TransferStatus.Progress::totalBytes),
        Optional.ofNullable(status.incrementalBytes()));
  }

  static String name(TransferObject request) {
    return request.getMetadata().getName();
  }

  static String made(TransferObject request) {
    return request.getMetadata().getCreationTimestamp();
  }

  static String accepted(TransferObject request) {
    return Objects.requireNonNullElseGet(request.status().acceptedTimestamp(), () -> made(request));
  }

  static String started(TransferObject request) {
    return Objects.requireNonNullElseGet(
        request.status().startTimestamp(), () -> accepted(request));
  }

  static String ended(TransferObject request) {
    return Objects.requireNonNullElseGet(
        request.status().completionTimestamp(), () -> started(request));
  }

  private static Optional<String> location(TransferObject request) {
    return switch (request) {
      case DataUpload upload -> Optional.ofNullable(upload.getSpec().backupStorageLocation());
      case DataDownload download -> Optional.ofNullable(download.getSpec().backupStorageLocation());
      default -> Optional.empty();
    };
  }

  private static String cut(String text) {
    return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + " …";
  }
}
