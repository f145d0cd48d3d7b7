// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.watch;

/** Refusals for tests elsewhere. */
public final class SomeRefusals {
  private SomeRefusals() {}

  /** By when they began. */
  public static ApiRefusals by(Tries tries) {
    return new ApiRefusals(tries);
  }
}
