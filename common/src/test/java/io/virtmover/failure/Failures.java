// SPDX-License-Identifier: Apache-2.0
package io.virtmover.failure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** What a failure is held to: its kind, and what it says. */
public final class Failures {
  private Failures() {}

  /** It fails with this kind, in one line that holds these words. */
  public static void assertFails(ThrowingCallable call, FailureKind kind, String words) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(VirtMoverException.class, e -> assertThat(e.kind()).isEqualTo(kind))
        .hasMessageContaining(words)
        .message()
        .doesNotContain("\n");
  }
}
