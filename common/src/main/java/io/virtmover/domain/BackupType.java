// SPDX-License-Identifier: Apache-2.0
package io.virtmover.domain;

import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import java.util.Locale;

/** Whether a checkpoint's images hold everything or only what changed since their parent. */
public enum BackupType {
  FULL("Full"),
  INCREMENTAL("Incremental");

  private final String spelling;

  BackupType(String spelling) {
    this.spelling = spelling;
  }

  /** As KubeVirt and the index spell it: {@code Full} or {@code Incremental}. */
  public String spelling() {
    return spelling;
  }

  /**
   * Reads either word, in any case (docs/repository-format.md).
   *
   * @throws VirtMoverException {@code INVALID_REQUEST} for anything else
   */
  public static BackupType parse(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "full" -> FULL;
      case "incremental" -> INCREMENTAL;
      default ->
          throw new VirtMoverException(
              FailureKind.INVALID_REQUEST,
              "'%s' is not a backup type: write full or incremental.".formatted(text));
    };
  }
}
