// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.callback;

import static org.assertj.core.api.Assertions.assertThat;

import io.virtmover.agent.callback.LoopbackController.Script;
import io.virtmover.agent.progress.CountedProgress;
import io.virtmover.transfer.Callback;
import io.virtmover.transfer.TransferProgress;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class ControllerCallbackTest {
  private static final String RESULT = "{\"outcome\":\"Completed\"}";
  private static final Duration SHORT = Duration.ofSeconds(3);

  /** What a busy machine may take for what takes no time. */
  private static final Duration SLACK = Duration.ofSeconds(5);

  @TempDir private Path folder;
  private final CountedProgress shown = new CountedProgress();
  private final AtomicInteger unwanted = new AtomicInteger();

  @Test
  void theProgress_arrivesWhileItGrowsAndIsShownAllTheSame() {
    try (var controller = LoopbackController.start(folder, Script.status(200))) {
      var callback = callback(controller.callback(), QuickLimits.patient());

      // when
      callback.expect(100);
      callback.advance(30);
      until(() -> controller.progress().contains(progress(30)));
      callback.advance(50);
      until(() -> controller.progress().contains(progress(80)));
      callback.advance(21);
      until(() -> controller.progress().contains(progress(100)));
      callback.end(RESULT, false);

      // then
      assertThat(controller.progress()).doesNotHaveDuplicates();
      assertThat(controller.progress()).extracting(TransferProgress::bytesDone).isSorted();
      assertThat(controller.results()).containsExactly(RESULT);
      assertThat(controller.posts().getLast().isResult()).isTrue();
      assertThat(shown.expected()).isEqualTo(100);
      assertThat(shown.advanced()).isEqualTo(101);
      assertThat(shown.warnings()).isEmpty();
    }
  }

  @Test
  void aControllerThatHangs_slowsNothingAndGetsTheResultOnceItAnswers() {
    // given: a progress that is never answered
    var posted = new CountDownLatch(1);
    Script script =
        (post, exchange) -> {
          if (post.isResult()) {
            exchange.sendResponseHeaders(200, -1);
          } else {
            posted.countDown();
            Script.silence().answer(post, exchange);
          }
        };
    try (var controller = LoopbackController.start(folder, script)) {
      var callback = callback(controller.callback(), QuickLimits.patient());
      callback.expect(1);
      until(() -> posted.getCount() == 0);

      // when
      callback.advance(1);
      var took = end(callback);

      // then
      assertThat(took).isLessThan(SLACK);
      assertThat(controller.results()).containsExactly(RESULT);
      assertThat(controller.progress()).hasSize(1);
      assertThat(shown.warnings()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"hangs", "trickles", "is broken", "is absent"})
  void aControllerThatNeverTakesTheResult_delaysTheEndByNoMoreThanTheLimit(String how) {
    // given
    var script =
        switch (how) {
          case "hangs" -> Script.silence();
          case "trickles" -> Script.trickle();
          default -> Script.status(500);
        };
    try (var controller = LoopbackController.start(folder, script)) {
      if (how.equals("is absent")) {
        controller.leave();
      }
      var callback = callback(controller.callback(), QuickLimits.result(SHORT));

      // when
      var took = end(callback);

      // then
      assertThat(took).isLessThan(SHORT.plus(SLACK));
      assertThat(shown.warnings())
          .last()
          .asString()
          .startsWith(
              "the controller at %s did not get the result: it "
                  .formatted(controller.callback().address()))
          .doesNotContain("\n", LoopbackController.TOKEN, "Exception");
    }
  }

  @Test
  void onceASignalHasCome_thereIsLessTimeForTheResult() {
    try (var controller = LoopbackController.start(folder, Script.silence())) {
      // given
      var callback = callback(controller.callback(), QuickLimits.resultOnly(SHORT));
      Thread.currentThread().interrupt();

      // when
      var started = System.nanoTime();
      callback.end(RESULT, true);
      var took = Duration.ofNanos(System.nanoTime() - started);

      // then: the signal's interrupt did not keep it from being posted, and is not lost
      assertThat(Thread.interrupted()).isTrue();
      assertThat(controller.results()).containsExactly(RESULT);
      assertThat(took).isLessThan(SHORT.plus(SLACK));
    }
  }

  @ParameterizedTest
  @CsvSource({"500, 3", "503, 3", "429, 3", "401, 1", "403, 1", "404, 1", "410, 1", "302, 1"})
  void theResult_isTriedAgainWhereThatCanHelp(int status, int tries) {
    try (var controller = LoopbackController.start(folder, Script.statuses(status, status, 200))) {
      // given: nobody looks for progress
      var callback = callback(controller.callback(), QuickLimits.resultOnly(QuickLimits.LONG));

      // when
      callback.end(RESULT, false);

      // then
      assertThat(controller.results()).hasSize(tries).containsOnly(RESULT);
      assertThat(shown.warnings()).hasSize(tries == 1 ? 1 : 0);
      assertThat(unwanted).hasValue(0);
    }
  }

  @Test
  void anAttemptThatIsNoLongerWanted_isStoppedOnceAndItsResultKept() {
    try (var controller = LoopbackController.start(folder, Script.status(410))) {
      // when
      var callback = callback(controller.callback(), QuickLimits.patient());
      until(() -> unwanted.get() > 0);
      callback.advance(1);
      callback.end(RESULT, true);

      // then
      assertThat(unwanted).hasValue(1);
      assertThat(controller.posts()).hasSize(1);
      assertThat(shown.warnings()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {302, 401, 500})
  void trouble_isAWarningWithoutTheToken(int status) throws IOException {
    try (var controller =
        LoopbackController.start(
            folder,
            (post, exchange) -> {
              // A server that repeats what it was sent.
              exchange.getResponseHeaders().set("Location", "/" + post.authorization());
              var body = post.authorization().getBytes(StandardCharsets.UTF_8);
              exchange.sendResponseHeaders(status, body.length);
              exchange.getResponseBody().write(body);
            })) {
      // given
      Files.writeString(controller.callback().token(), "hush");

      // when
      var callback = callback(controller.callback(), QuickLimits.result(SHORT));
      until(() -> !shown.warnings().isEmpty());
      callback.end(RESULT, false);

      // then
      assertThat(shown.warnings())
          .hasSize(2)
          .allMatch(warning -> warning.startsWith("the controller at https://localhost:"))
          .noneMatch(warning -> warning.contains("hush"));
      assertThat(shown.warnings().getFirst()).endsWith("; the transfer goes on");
    }
  }

  private ControllerCallback callback(Callback callback, CallbackLimits limits) {
    return new ControllerCallback(callback, "du-1", shown, unwanted::incrementAndGet, limits);
  }

  private static Duration end(ControllerCallback callback) {
    var started = System.nanoTime();
    callback.end(RESULT, false);
    return Duration.ofNanos(System.nanoTime() - started);
  }

  private static TransferProgress progress(long done) {
    return new TransferProgress("du-1", done, 100);
  }

  private static void until(BooleanSupplier condition) {
    var deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("what was waited for").isLessThan(deadline);
      Thread.onSpinWait();
    }
  }
}
