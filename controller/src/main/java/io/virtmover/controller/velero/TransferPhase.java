// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.velero;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;

/** The phase of a DataUpload or DataDownload, with Velero's words. */
public enum TransferPhase {
  /** Nobody has taken it. */
  NEW("New"),
  /** Taken; it waits, or is being prepared. */
  ACCEPTED("Accepted"),
  /** The data is ready, and a mover has been asked for. */
  PREPARED("Prepared"),
  /** Data moves. */
  IN_PROGRESS("InProgress"),
  /** It is being stopped. */
  CANCELING("Canceling"),
  /** It was stopped. */
  CANCELED("Canceled"),
  /** It is done. */
  COMPLETED("Completed"),
  /** It failed. */
  FAILED("Failed");

  private final String spelling;

  TransferPhase(String spelling) {
    this.spelling = spelling;
  }

  /** Velero's word. */
  @JsonValue
  public String spelling() {
    return spelling;
  }

  /** Whether it is an end, which is never left. */
  public boolean isFinal() {
    return switch (this) {
      case CANCELED, COMPLETED, FAILED -> true;
      case NEW, ACCEPTED, PREPARED, IN_PROGRESS, CANCELING -> false;
    };
  }

  /** Reads Velero's word; the CRD allows no other, and an empty one is a new request. */
  @JsonCreator
  static TransferPhase read(String text) {
    return Arrays.stream(values())
        .filter(phase -> phase.spelling.equals(text))
        .findFirst()
        .orElse(NEW);
  }
}
