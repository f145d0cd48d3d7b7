// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.leadership;

/** Leadership for tests elsewhere. */
public final class SomeLeadership {
  private SomeLeadership() {}

  /** Of a process that acts. */
  public static Leadership acting() {
    var leadership = new Leadership();
    var _ = leadership.begin();
    return leadership;
  }
}
