// SPDX-License-Identifier: Apache-2.0
package io.virtmover.velero.item;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** A Kubernetes object; what is changed here is changed in its tree. */
public record Item(ObjectNode tree) {
  public String namespace() {
    return metadata().path("namespace").asText();
  }

  public String name() {
    return metadata().path("name").asText();
  }

  /** What people call it: {@code NAMESPACE/NAME}, since a Backup has many namespaces. */
  public String title() {
    return namespace() + "/" + name();
  }

  public String uid() {
    return metadata().path("uid").asText();
  }

  public boolean isGoing() {
    return metadata().hasNonNull("deletionTimestamp");
  }

  /** When it was made, as text that sorts by time; {@code ""} for one that was never stored. */
  public String created() {
    return metadata().path("creationTimestamp").asText();
  }

  public Optional<String> annotation(String key) {
    return text(metadata().path("annotations"), key);
  }

  public Optional<String> label(String key) {
    return text(metadata().path("labels"), key);
  }

  /** The name of the object of a kind that this one belongs to. */
  public Optional<String> owner(String kind) {
    return owners(kind).findFirst().flatMap(owner -> text(owner, "name"));
  }

  private Stream<JsonNode> owners(String kind) {
    return StreamSupport.stream(metadata().path("ownerReferences").spliterator(), false)
        .filter(owner -> owner.path("kind").asText().equals(kind));
  }

  /** An object that has made another one. */
  public record Owner(String name, String uid) {}

  /** The object of a kind without which Kubernetes deletes this one. */
  public Optional<Owner> controller(String kind) {
    return owners(kind)
        .filter(owner -> owner.path("controller").asBoolean())
        .findFirst()
        .map(owner -> new Owner(owner.path("name").asText(), owner.path("uid").asText()));
  }

  public void annotate(String key, String value) {
    tree.withObject("/metadata").withObject("/annotations").put(key, value);
  }

  /** Removes an annotation that may be there. */
  public void removeAnnotation(String key) {
    if (metadata().path("annotations") instanceof ObjectNode annotations) {
      annotations.remove(key);
    }
  }

  public JsonNode spec() {
    return tree.path("spec");
  }

  /** The spec, to be changed. */
  public ObjectNode specToChange() {
    return tree.withObject("/spec");
  }

  public JsonNode status() {
    return tree.path("status");
  }

  private JsonNode metadata() {
    return tree.path("metadata");
  }

  /** The texts of a list in the spec. */
  public List<String> words(String field) {
    return texts(spec().path(field)).toList();
  }

  /** The texts of a list; none if there is no list. */
  public static Stream<String> texts(JsonNode list) {
    return StreamSupport.stream(list.spliterator(), false).map(JsonNode::asText);
  }

  /** A text that is there and not empty. */
  public static Optional<String> text(JsonNode parent, String field) {
    return Optional.ofNullable(parent.path(field).textValue()).filter(text -> !text.isEmpty());
  }
}
