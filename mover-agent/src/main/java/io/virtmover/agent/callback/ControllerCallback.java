// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.callback;

import io.virtmover.agent.progress.Progress;
import io.virtmover.concurrent.Workers;
import io.virtmover.failure.Addresses;
import io.virtmover.failure.CleanUp;
import io.virtmover.transfer.Callback;
import io.virtmover.transfer.TransferProgress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A transfer's progress that the controller hears of, too, from a thread in the background, and
 * then its result. Trouble with that is a warning, no failure.
 */
public final class ControllerCallback implements Progress {
  private static final Duration LONGEST_END = Duration.ofSeconds(1);

  private final Callback callback;
  private final Progress shown;
  private final CallbackLimits limits;
  private final CallbackClient client;
  private final ResultPost result;
  private final ProgressPosts posts;
  private final ExecutorService watch;
  private final AtomicLong expected = new AtomicLong();
  private final AtomicLong done = new AtomicLong();

  /**
   * With other limits.
   *
   * @param unwanted told once, when the controller no longer wants the attempt
   */
  ControllerCallback(
      Callback callback, String id, Progress shown, Runnable unwanted, CallbackLimits limits) {
    this.callback = callback;
    this.shown = shown;
    this.limits = limits;
    this.client = new CallbackClient(callback, limits);
    this.result = new ResultPost(client, callback.resultOf(id));
    this.posts =
        new ProgressPosts(
            client,
            callback.progressOf(id),
            limits.post(),
            () -> TransferProgress.limited(id, done.get(), expected.get()),
            why ->
                warn(
                    "%s does not get the progress: %s; the transfer goes on"
                        .formatted(controller(), why)),
            unwanted);
    this.watch = Workers.watch("callback", limits.pause(), List.of(posts), ProgressPosts::look);
  }

  /**
   * Begins to tell the controller.
   *
   * @param id of the attempt
   * @param shown hears of everything as well
   * @param unwanted what to do when the controller no longer wants the attempt
   */
  public static ControllerCallback start(
      Callback callback, String id, Progress shown, Runnable unwanted) {
    return new ControllerCallback(callback, id, shown, unwanted, CallbackLimits.usual());
  }

  @Override
  public void expect(long bytes) {
    expected.addAndGet(bytes);
    shown.expect(bytes);
  }

  @Override
  public void advance(long bytes) {
    done.addAndGet(bytes);
    shown.advance(bytes);
  }

  @Override
  public void warn(String message) {
    shown.warn(message);
  }

  /**
   * Ends the progress and delivers the result, unless the controller no longer wants the attempt.
   * Returns when it is delivered or the time for it is over.
   *
   * @param json the result as one line
   * @param isCanceled whether a signal has come, so that there is less time
   */
  public void end(String json, boolean isCanceled) {
    CleanUp.evenIfInterrupted(
        () -> {
          try {
            endProgress();
            if (!posts.isUnwanted()) {
              deliver(json, isCanceled ? limits.canceledResult() : limits.result());
            }
          } finally {
            client.close();
          }
        });
  }

  /** A post that is on its way is given up, so that the client is free for the result. */
  private void endProgress() {
    posts.end();
    watch.shutdownNow();
    try {
      var _ = watch.awaitTermination(LONGEST_END.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void deliver(String json, Duration most) {
    result
        .deliver(json, most)
        .ifPresent(why -> warn("%s did not get the result: %s".formatted(controller(), why)));
  }

  private String controller() {
    return "the controller at " + Addresses.shown(callback.address());
  }
}
