// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.cli;

/** Who stops the work. */
enum Canceler {
  SIGNAL("a signal"),
  CONTROLLER("the controller, which no longer wants this attempt");

  private final String words;

  Canceler(String words) {
    this.words = words;
  }

  /** What follows "canceled by". */
  String words() {
    return words;
  }
}
