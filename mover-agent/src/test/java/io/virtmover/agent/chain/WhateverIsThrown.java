// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.chain;

import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Failures of every kind, expected or not. */
public final class WhateverIsThrown {
  private WhateverIsThrown() {}

  static Stream<Supplier<Throwable>> all() {
    return Stream.of(
        () -> new OutOfMemoryError("on purpose"),
        () -> new StackOverflowError("on purpose"),
        () -> new AssertionError("on purpose"),
        () -> new IllegalStateException("on purpose"),
        () -> new VirtMoverException(FailureKind.UNAVAILABLE, "on purpose"));
  }

  /** Throws it where the compiler expects none of its kind. */
  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals", "DoNotCallSuggester"})
  public static <T extends Throwable> void sneak(Throwable e) throws T {
    throw (T) e;
  }
}
