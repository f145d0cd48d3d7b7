// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What an exception is told as. */
class VerdictTest {
  private static final Optional<Canceler> NOBODY = Optional.empty();
  private static final Optional<Canceler> SIGNAL = Optional.of(Canceler.SIGNAL);
  private static final Optional<Canceler> CONTROLLER = Optional.of(Canceler.CONTROLLER);

  static List<Throwable> shortages() {
    var error = new OutOfMemoryError("Java heap space");
    var suppressed = new IllegalStateException("while closing");
    suppressed.addSuppressed(new CompletionException(error));
    var circle = new IllegalStateException("outer");
    var inner = new IllegalStateException("inner", circle);
    circle.initCause(inner);
    inner.addSuppressed(error);
    return List.of(
        error,
        new VirtMoverException(FailureKind.UNAVAILABLE, "upload of part 3 failed", error),
        new IllegalStateException(new ExecutionException(error)),
        suppressed,
        circle);
  }

  @ParameterizedTest
  @MethodSource("shortages")
  void shouldTellLackOfMemoryHoweverDeepItIs(Throwable thrown) {
    for (var canceler : List.of(NOBODY, SIGNAL)) {
      var verdict = Verdict.of(thrown, canceler);
      assertThat(verdict.kind()).isEqualTo(FailureKind.UNAVAILABLE);
      assertThat(verdict.getMessage()).contains("heap of", "VIRTMOVER_HEAP=");
    }
  }

  @Test
  void shouldTellLackOfThreadsFromLackOfHeap() {
    var error = new OutOfMemoryError("unable to create native thread: possibly out of memory");
    assertThat(Verdict.of(error, NOBODY).getMessage()).contains("thread").doesNotContain("heap");
  }

  @Test
  void shouldTellWhatFailsAfterASignalAsCanceled() {
    // given
    var closed = new VirtMoverException(FailureKind.UNAVAILABLE, "the index is written");
    closed.addSuppressed(new IllegalStateException("abort failed"));

    // when
    var ours = Verdict.of(closed, SIGNAL);
    var other = Verdict.of(new IllegalStateException("interrupted"), SIGNAL);

    // then
    assertThat(ours.kind()).isEqualTo(FailureKind.CANCELED);
    assertThat(ours.getMessage()).contains("by a signal", "the index is written");
    assertThat(ours.getSuppressed()).hasSize(1);
    assertThat(other.kind()).isEqualTo(FailureKind.CANCELED);
    assertThat(other.getMessage()).isEqualTo("Canceled by a signal.");
  }

  /** A worker that was interrupted does not know why. */
  @Test
  void shouldSayWhenTheControllerNoLongerWantsIt() {
    // given
    var canceled = new VirtMoverException(FailureKind.CANCELED, "canceled at part 3");

    // when
    var ours = Verdict.of(canceled, CONTROLLER);
    var other = Verdict.of(new IllegalStateException("interrupted"), CONTROLLER);

    // then
    assertThat(ours.kind()).isEqualTo(FailureKind.CANCELED);
    assertThat(ours)
        .hasMessage(
            "Canceled by the controller, which no longer wants this attempt; it said: canceled at part 3");
    assertThat(other.kind()).isEqualTo(FailureKind.CANCELED);
    assertThat(other).hasMessage("Canceled by the controller, which no longer wants this attempt.");
  }

  @Test
  void shouldLeaveAFailureAsItIs() {
    var failure = new VirtMoverException(FailureKind.CONFLICT, "another writer");
    assertThat(Verdict.of(failure, NOBODY)).isSameAs(failure);
    var canceled = new VirtMoverException(FailureKind.CANCELED, "canceled at part 3");
    assertThat(Verdict.of(canceled, SIGNAL)).isSameAs(canceled);
  }

  @Test
  void shouldTellAnythingElseAsAFaultToBeReported() {
    var verdict = Verdict.of(new IllegalStateException("broken"), NOBODY);
    assertThat(verdict.kind()).isEqualTo(FailureKind.INTERNAL);
    assertThat(verdict.getMessage()).contains("please report", "broken");
  }
}
