// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.reconcile;

import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import java.util.function.Consumer;

/**
 * Hands on every object that appears, changes or goes.
 *
 * @param see what to do about it; soon, since it holds up the watch
 */
public record OnAnyChange<T>(Consumer<T> see) implements ResourceEventHandler<T> {
  @Override
  public void onAdd(T object) {
    see.accept(object);
  }

  @Override
  public void onUpdate(T before, T now) {
    see.accept(now);
  }

  @Override
  public void onDelete(T object, boolean isStateUnknown) {
    see.accept(object);
  }
}
