// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.virtmover.agent.program.Printed;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Without the signal itself, which {@code ProgramIT} sends. */
class CancellationTest {
  private final AtomicInteger exitCode = new AtomicInteger();

  @Test
  void aProgramThatHasEnded_endsAsItWouldHave() {
    // given
    var cancellation = new Cancellation();
    cancellation.begin();
    cancellation.end(7);

    // when
    var printed = Printed.by(() -> exitCode.set(cancellation.shutDownCode()));

    // then
    assertThat(exitCode).hasValue(7);
    assertThat(printed.err()).isEmpty();
    assertThat(cancellation.canceler()).isEmpty();
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
  }

  @Test
  void aProgramThatHasNotBegun_doesNotBegin() {
    // given
    var cancellation = new Cancellation();

    // when
    var printed = Printed.by(() -> exitCode.set(cancellation.shutDownCode()));

    // then
    assertThat(exitCode).hasValue(10);
    assertThat(printed.err()).isEqualTo("virtmover: canceled by a signal before it began.\n");
    assertThat(cancellation.canceler()).contains(Canceler.SIGNAL);
    cancellation.begin();
    assertThat(Thread.interrupted()).as("interrupted from its first moment").isTrue();
  }

  @Test
  void workThatIsInterrupted_endsWithItsOwnCode() throws InterruptedException {
    // given
    var cancellation = new Cancellation();
    var begun = new CountDownLatch(1);
    var worker =
        Thread.ofVirtual()
            .start(
                () -> {
                  cancellation.begin();
                  begun.countDown();
                  try {
                    new CountDownLatch(1).await();
                  } catch (InterruptedException e) {
                    cancellation.end(cancellation.canceler().isPresent() ? 9 : 1);
                  }
                });
    begun.await();

    // when
    var printed = Printed.by(() -> exitCode.set(cancellation.shutDownCode()));

    // then
    worker.join();
    assertThat(exitCode).hasValue(9);
    assertThat(printed.err()).isEmpty();
  }

  @Test
  void workThatDoesNotEnd_isLeftAsItIsAfterAWhile() throws InterruptedException {
    // given: nobody ever calls end
    var cancellation = new Cancellation(Duration.ofMillis(30));
    var worker = Thread.ofVirtual().start(cancellation::begin);
    worker.join();

    // when
    var printed = Printed.by(() -> exitCode.set(cancellation.shutDownCode()));

    // then
    assertThat(exitCode).hasValue(10);
    assertThat(printed.err())
        .isEqualTo(
            "virtmover: canceled by a signal; it did not come to an end within 30 ms and is left as it is.\n");
  }

  @Test
  void workThatTheControllerNoLongerWants_isInterruptedAndTheReasonKept()
      throws InterruptedException {
    // given
    var cancellation = new Cancellation(Duration.ofMillis(30));
    var worker = Thread.ofVirtual().start(cancellation::begin);
    worker.join();
    cancellation.begin();

    // when
    cancellation.cancel(Canceler.CONTROLLER);

    // then
    assertThat(Thread.interrupted()).isTrue();

    // when: the process shuts down because of it
    var printed = Printed.by(() -> exitCode.set(cancellation.shutDownCode()));

    // then
    assertThat(Thread.interrupted()).as("as a signal does").isTrue();
    assertThat(cancellation.canceler()).contains(Canceler.CONTROLLER);
    assertThat(exitCode).hasValue(10);
    assertThat(printed.err())
        .isEqualTo(
            "virtmover: canceled by the controller, which no longer wants this attempt;"
                + " it did not come to an end within 30 ms and is left as it is.\n");
  }
}
