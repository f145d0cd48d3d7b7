// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.callback;

import io.virtmover.transfer.ProgressCodec;
import io.virtmover.transfer.TransferProgress;
import java.net.URI;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Posts the newest progress where the controller does not have it yet. Looked at by one thread. */
final class ProgressPosts {
  private final CallbackClient client;
  private final URI address;
  private final Duration patience;
  private final Supplier<TransferProgress> newest;
  private final Consumer<String> trouble;
  private final Runnable unwanted;
  private @Nullable TransferProgress delivered;
  private boolean isTroubled;
  private boolean isUnwanted;
  private boolean hasEnded;

  /**
   * @param patience for one post
   * @param trouble hears why the controller did not get it, once until it gets the next
   * @param unwanted what to do when the controller no longer wants the attempt
   */
  ProgressPosts(
      CallbackClient client,
      URI address,
      Duration patience,
      Supplier<TransferProgress> newest,
      Consumer<String> trouble,
      Runnable unwanted) {
    this.client = client;
    this.address = address;
    this.patience = patience;
    this.newest = newest;
    this.trouble = trouble;
    this.unwanted = unwanted;
  }

  /** Posts it if there is something new. */
  void look() {
    var progress = newest.get();
    if (!isUnwanted() && !progress.equals(delivered)) {
      learn(progress, client.post(address, ProgressCodec.write(progress), patience));
    }
  }

  /** What is learned after the end is about a post that was given up. */
  private synchronized void learn(TransferProgress progress, Delivery delivery) {
    if (hasEnded) {
      return;
    }
    switch (delivery) {
      case Delivery.Done _ -> {
        delivered = progress;
        isTroubled = false;
      }
      case Delivery.Unwanted _ -> {
        isUnwanted = true;
        unwanted.run();
      }
      case Delivery.Refused(var why) -> tell(why);
      case Delivery.Failed(var why) -> tell(why);
    }
  }

  private void tell(String why) {
    if (!isTroubled) {
      isTroubled = true;
      trouble.accept(why);
    }
  }

  /** Whether the controller no longer wants the attempt. */
  synchronized boolean isUnwanted() {
    return isUnwanted;
  }

  /** From now on nothing is said or done, whatever comes of a post. */
  synchronized void end() {
    hasEnded = true;
  }
}
