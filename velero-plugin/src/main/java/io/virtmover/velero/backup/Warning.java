// SPDX-License-Identifier: Apache-2.0
package io.virtmover.velero.backup;

import io.virtmover.velero.log.Log;
import java.util.Map;

/**
 * What the owner of a backup has to know.
 *
 * @param text what, why and what to do, in one line
 */
record Warning(WarningReason reason, String text) {
  /** Makes it a warning of the Backup. */
  void writeTo(Log log, String key, String subject) {
    log.warn(
        "%s: %s".formatted(reason.word(), text), Map.of(key, subject, "reason", reason.word()));
  }
}
