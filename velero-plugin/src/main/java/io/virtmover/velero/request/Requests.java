// SPDX-License-Identifier: Apache-2.0
package io.virtmover.velero.request;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import io.virtmover.velero.action.OperationProgress;
import io.virtmover.velero.action.Surroundings;
import io.virtmover.velero.item.Item;
import io.virtmover.velero.kubernetes.KubernetesException;
import io.virtmover.velero.kubernetes.ResourceType;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** Velero's requests of one kind, DataUploads or DataDownloads. */
public final class Requests {
  private final Surroundings surroundings;
  private final ResourceType type;

  private Requests(Surroundings surroundings, ResourceType type) {
    this.surroundings = surroundings;
    this.type = type;
  }

  public static Requests uploads(Surroundings surroundings) {
    return new Requests(surroundings, ResourceType.DATA_UPLOADS);
  }

  public static Requests downloads(Surroundings surroundings) {
    return new Requests(surroundings, ResourceType.DATA_DOWNLOADS);
  }

  /** A request of this name that belongs to the same operation. */
  public Optional<Item> find(String name, String operation) {
    return surroundings
        .kubernetes()
        .get(type, surroundings.veleroNamespace(), name)
        .map(Item::new)
        .filter(item -> item.label(Operation.LABEL).equals(Optional.of(operation)));
  }

  /** Whether there is a request of this name. */
  public boolean isThere(String name) {
    return surroundings.kubernetes().get(type, surroundings.veleroNamespace(), name).isPresent();
  }

  /**
   * Makes a request, or finds that it was made already: an answer can get lost, and Velero can ask
   * again.
   *
   * @throws VirtMoverException {@code CONFLICT} when the name is taken by another operation's
   */
  public Item make(ObjectNode object) {
    var wanted = new Item(object);
    var operation = wanted.label(Operation.LABEL).orElseThrow();
    try {
      return new Item(
          surroundings.kubernetes().create(type, surroundings.veleroNamespace(), object));
    } catch (KubernetesException e) {
      if (!e.alreadyExists()) {
        throw e;
      }
      return find(wanted.name(), operation).orElseThrow(() -> taken(wanted.name(), e));
    }
  }

  private VirtMoverException taken(String name, KubernetesException cause) {
    return new VirtMoverException(
        FailureKind.CONFLICT,
        "There is a %s %s/%s of another operation; delete it and try again."
            .formatted(type, surroundings.veleroNamespace(), name),
        cause);
  }

  /**
   * How far an operation is. Whatever keeps the API server from answering may pass, and ends
   * nothing.
   */
  public OperationProgress progress(String operation) {
    return progress(
        operation,
        () ->
            byOperation(operation)
                .map(request -> RequestProgress.of(request, surroundings.clock().instant()))
                .orElseGet(() -> RequestProgress.gone(type, operation)));
  }

  /** The same of an operation that is no single request's. */
  public OperationProgress progress(String operation, Supplier<OperationProgress> look) {
    try {
      return look.get();
    } catch (KubernetesException e) {
      surroundings
          .log()
          .info(
              "The state of an operation is not known just now: " + e.getMessage(),
              Map.of("operation", operation));
      return OperationProgress.waiting("the API server does not answer");
    }
  }

  /** Asks for an operation to be stopped; one that has ended, or is gone, needs no more. */
  public void cancel(String operation) {
    byOperation(operation)
        .filter(request -> !RequestProgress.isFinal(request))
        .filter(request -> !request.spec().path("cancel").asBoolean())
        .ifPresent(
            request ->
                surroundings
                    .kubernetes()
                    .patch(type, surroundings.veleroNamespace(), request.name(), stop()));
  }

  private static ObjectNode stop() {
    var patch = JsonNodeFactory.instance.objectNode();
    patch.putObject("spec").put("cancel", true);
    return patch;
  }

  private Optional<Item> byOperation(String operation) {
    List<ObjectNode> found =
        surroundings
            .kubernetes()
            .list(type, surroundings.veleroNamespace(), Operation.LABEL + "=" + operation);
    return found.stream().findFirst().map(Item::new);
  }
}
