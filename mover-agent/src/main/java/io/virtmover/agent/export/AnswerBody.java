// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.export;

import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow.Subscription;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Hands an answer's body on piece by piece and tells the watch. A body that is not wanted any more
 * is cut off, so an endless one costs nothing.
 */
final class AnswerBody implements BodySubscriber<Void> {
  private final Predicate<ByteBuffer> taker;
  private final ExchangeWatch watch;
  private final CompletableFuture<Void> complete = new CompletableFuture<>();
  private boolean abandoned;
  private @Nullable Subscription subscription;

  /**
   * @param taker takes a piece; false: it wants no more
   */
  AnswerBody(Predicate<ByteBuffer> taker, ExchangeWatch watch) {
    this.taker = taker;
    this.watch = watch;
  }

  /** Nothing is handed on any more once this returns. */
  synchronized void abandon() {
    abandoned = true;
  }

  @Override
  public CompletionStage<Void> getBody() {
    return complete;
  }

  @Override
  public synchronized void onSubscribe(Subscription newSubscription) {
    subscription = newSubscription;
    watch.headersCame();
    newSubscription.request(Long.MAX_VALUE);
  }

  /** What the taker throws, an Error too, ends the exchange: the client would not pass it on. */
  @Override
  @SuppressWarnings("CatchingUnchecked")
  public synchronized void onNext(List<ByteBuffer> pieces) {
    try {
      for (var piece : pieces) {
        if (abandoned) {
          return;
        }
        watch.bytesCame(piece.remaining());
        if (!taker.test(piece)) {
          abandoned = true;
          complete.complete(null);
          cancel();
        }
      }
    } catch (Throwable failure) {
      abandoned = true;
      complete.completeExceptionally(failure);
      cancel();
    }
  }

  private void cancel() {
    if (subscription != null) {
      subscription.cancel();
    }
  }

  @Override
  public void onError(Throwable failure) {
    complete.completeExceptionally(failure);
  }

  @Override
  public void onComplete() {
    complete.complete(null);
  }
}
