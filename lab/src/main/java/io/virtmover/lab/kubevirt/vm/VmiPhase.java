// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt.vm;

import java.util.Arrays;

/** {@code status.phase} of a VMI. */
enum VmiPhase {
  UNSET(""),
  PENDING("Pending"),
  SCHEDULING("Scheduling"),
  SCHEDULED("Scheduled"),
  RUNNING("Running"),
  SUCCEEDED("Succeeded"),
  FAILED("Failed");

  private final String text;

  VmiPhase(String text) {
    this.text = text;
  }

  String text() {
    return text;
  }

  boolean isFinal() {
    return this == SUCCEEDED || this == FAILED;
  }

  static VmiPhase of(String text) {
    return Arrays.stream(values())
        .filter(phase -> phase.text.equals(text))
        .findFirst()
        .orElse(UNSET);
  }
}
