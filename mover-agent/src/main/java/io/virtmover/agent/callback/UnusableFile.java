// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.callback;

/** A file of the pod's cannot be used. */
final class UnusableFile extends Exception {
  private static final long serialVersionUID = 1;

  private final String why;

  /**
   * @param why names the file, but not what it holds
   */
  UnusableFile(String why) {
    super(why);
    this.why = why;
  }

  String why() {
    return why;
  }
}
