// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.export;

import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow.Subscription;
import org.jspecify.annotations.Nullable;

/**
 * Receives an answer's body straight into a buffer and notes when bytes arrive. A body that is
 * longer than the buffer is cut off and reported, so an endless one costs nothing.
 */
final class BodyBuffer implements BodySubscriber<Boolean> {
  private final ByteBuffer into;
  private final CompletableFuture<Boolean> complete = new CompletableFuture<>();
  private volatile long lastArrival = System.nanoTime();
  private volatile boolean abandoned;
  private @Nullable Subscription subscription;

  BodyBuffer(ByteBuffer into) {
    this.into = into;
  }

  /** {@link System#nanoTime} when the last bytes came. */
  long lastArrival() {
    return lastArrival;
  }

  /** Nothing is written into the buffer any more once this returns. */
  synchronized void abandon() {
    abandoned = true;
  }

  /** Completes with whether the body was longer than the buffer. */
  @Override
  public CompletionStage<Boolean> getBody() {
    return complete;
  }

  @Override
  public void onSubscribe(Subscription newSubscription) {
    subscription = newSubscription;
    lastArrival = System.nanoTime();
    newSubscription.request(Long.MAX_VALUE);
  }

  @Override
  public synchronized void onNext(List<ByteBuffer> pieces) {
    lastArrival = System.nanoTime();
    for (var piece : pieces) {
      if (abandoned) {
        return;
      }
      if (piece.remaining() > into.remaining()) {
        abandoned = true;
        complete.complete(true);
        if (subscription != null) {
          subscription.cancel();
        }
        return;
      }
      into.put(piece);
    }
  }

  @Override
  public void onError(Throwable failure) {
    complete.completeExceptionally(failure);
  }

  @Override
  public void onComplete() {
    complete.complete(false);
  }
}
