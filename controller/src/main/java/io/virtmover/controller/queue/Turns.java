// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.queue;

import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.ResourceEventAware;
import io.javaoperatorsdk.operator.processing.event.source.inbound.SimpleInboundEventSource;
import io.virtmover.controller.velero.TransferObject;
import java.util.function.Consumer;

/**
 * Has requests of one kind look again, and sees those that are gone: somebody who takes our
 * finalizer off ends a request without a pass of ours, and its slot must not stay taken.
 *
 * @param <P> the requests' kind
 */
public final class Turns<P extends TransferObject> extends SimpleInboundEventSource<P>
    implements ResourceEventAware<P> {
  private final Slots slots;
  private final String namespace;
  private final Consumer<P> forget;

  /**
   * Wakes those whose turn has come.
   *
   * @param namespace the requests'
   * @param forget what else is to be done for one that is gone; it must not block
   */
  public Turns(Slots slots, Class<P> kind, String namespace, Consumer<P> forget) {
    super("turns");
    this.slots = slots;
    this.namespace = namespace;
    this.forget = forget;
    slots.listen(kind.getSimpleName(), place -> wake(place.name()));
  }

  /** Has a request look again. */
  public void wake(String name) {
    propagateEvent(new ResourceID(name, namespace));
  }

  @Override
  public void onResourceDeleted(P request) {
    slots.release(request.getMetadata().getUid());
    forget.accept(request);
  }
}
