// SPDX-License-Identifier: Apache-2.0
package io.virtmover.velero.kubernetes;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Reads and changes objects of the API server. A namespace of {@code ""} means an object that is in
 * none, or objects of all namespaces. All calls throw {@link KubernetesException} when the API
 * server says no, or does not answer within the limit of a call (20 s, and for reads, which are
 * tried again when the API server is busy, 30 s over all tries).
 */
public interface KubernetesApi {
  /** An object; empty when it, its namespace or its kind is not there. */
  Optional<ObjectNode> get(ResourceType type, String namespace, String name);

  /**
   * Visits all objects of a kind that a selector picks; none when the kind is not there. Only some
   * of them are in memory at a time.
   *
   * @param labels as {@code kubectl -l} takes it, {@code ""} for all
   */
  void visit(ResourceType type, String namespace, String labels, Consumer<ObjectNode> visitor);

  /** All that {@link #visit} visits: not for what a cluster can have thousands of. */
  default List<ObjectNode> list(ResourceType type, String namespace, String labels) {
    var all = new ArrayList<ObjectNode>();
    visit(type, namespace, labels, all::add);
    return List.copyOf(all);
  }

  /**
   * Creates an object.
   *
   * @param object whole, with {@code apiVersion}, {@code kind} and a name or {@code generateName}
   * @return the object as it was stored
   * @throws KubernetesException {@code CONFLICT}, {@link KubernetesException#alreadyExists}, when
   *     there is one of this name
   */
  ObjectNode create(ResourceType type, String namespace, ObjectNode object);

  /**
   * Changes the fields a merge patch names; {@code null} removes one. With a {@code
   * metadata.resourceVersion} in the patch it fails as {@code CONFLICT} when the object is not that
   * old any more.
   *
   * @return the object as it is then
   */
  ObjectNode patch(ResourceType type, String namespace, String name, ObjectNode patch);

  /** Deletes an object; false when there was none. */
  boolean delete(ResourceType type, String namespace, String name);
}
