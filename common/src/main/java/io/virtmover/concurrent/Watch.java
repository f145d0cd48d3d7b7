// SPDX-License-Identifier: Apache-2.0
package io.virtmover.concurrent;

import java.util.function.Consumer;

/**
 * A round of looks at each of some things. A look that throws ends neither the round nor those to
 * come: whoever waits for a thing that nobody watches any more may wait for ever. Used by one
 * thread.
 */
final class Watch<T> implements Runnable {
  private final Iterable<T> watched;
  private final Consumer<? super T> look;
  private final Consumer<Throwable> complaints;
  private boolean wasSound = true;

  /**
   * @param watched may change while it is looked at
   * @param complaints hears the first failure after a round without one
   */
  Watch(Iterable<T> watched, Consumer<? super T> look, Consumer<Throwable> complaints) {
    this.watched = watched;
    this.look = look;
    this.complaints = complaints;
  }

  @Override
  public void run() {
    var isSound = true;
    for (var one : watched) {
      try {
        look.accept(one);
      } catch (RuntimeException | Error e) {
        if (isSound && wasSound) {
          complaints.accept(e);
        }
        isSound = false;
      }
    }
    wasSound = isSound;
  }
}
