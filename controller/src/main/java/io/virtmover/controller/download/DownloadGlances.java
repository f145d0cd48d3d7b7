// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.download;

import io.virtmover.controller.callback.MoverReports;
import io.virtmover.controller.velero.DataDownload;
import io.virtmover.controller.watch.Glance;
import io.virtmover.domain.VmRef;
import io.virtmover.failure.VirtMoverException;
import java.util.Optional;

/** What is known of DataDownloads. */
final class DownloadGlances {
  private DownloadGlances() {}

  static Glance of(DataDownload request, MoverReports reports) {
    var status = request.status();
    var reported = reports.of(RestoreObjects.name(request)).progress();
    return new Glance(
        vm(request),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        reported
            .filter(_ -> !request.phase().isFinal())
            .or(() -> Optional.ofNullable(status.progress())),
        Optional.ofNullable(status.message()).orElse(""));
  }

  /** One that does not say what it restores fails, and its message tells. */
  private static Optional<VmRef> vm(DataDownload request) {
    try {
      return Optional.of(RestoreSource.of(request).vm());
    } catch (VirtMoverException e) {
      return Optional.empty();
    }
  }
}
