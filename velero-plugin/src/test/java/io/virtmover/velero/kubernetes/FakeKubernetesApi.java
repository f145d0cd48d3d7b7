// SPDX-License-Identifier: Apache-2.0
package io.virtmover.velero.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.virtmover.failure.FailureKind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** An API server in memory: names, labels that are equal, merge patches. */
public final class FakeKubernetesApi implements KubernetesApi {
  private final Map<String, ObjectNode> objects = new LinkedHashMap<>();
  private final List<String> calls = new ArrayList<>();
  private @Nullable KubernetesException trouble;
  private boolean isPassing;

  /** Puts an object there. */
  public FakeKubernetesApi with(ResourceType type, ObjectNode object) {
    objects.put(
        key(
            type,
            object.path("metadata").path("namespace").asText(),
            object.path("metadata").path("name").asText()),
        object);
    return this;
  }

  /** From now on nothing answers. */
  public void breakDown() {
    trouble =
        KubernetesException.noAnswer(
            FailureKind.UNAVAILABLE, "no answer", new IllegalStateException());
  }

  /** The next call does not answer. */
  public void stumble() {
    breakDown();
    isPassing = true;
  }

  /** All objects of a kind. */
  public List<ObjectNode> all(ResourceType type) {
    return objects.entrySet().stream()
        .filter(entry -> entry.getKey().startsWith(type + "/"))
        .map(Map.Entry::getValue)
        .toList();
  }

  /** What was asked, as {@code VERB RESOURCE}. */
  public List<String> calls() {
    return List.copyOf(calls);
  }

  @Override
  public Optional<ObjectNode> get(ResourceType type, String namespace, String name) {
    called("get", type);
    return Optional.ofNullable(objects.get(key(type, namespace, name))).map(ObjectNode::deepCopy);
  }

  @Override
  public void visit(
      ResourceType type, String namespace, String labels, Consumer<ObjectNode> visitor) {
    called("list", type);
    all(type).stream()
        .filter(object -> object.path("metadata").path("namespace").asText().equals(namespace))
        .filter(object -> isSelected(object, labels))
        .map(ObjectNode::deepCopy)
        .forEach(visitor);
  }

  private static boolean isSelected(JsonNode object, String labels) {
    if (labels.isEmpty()) {
      return true;
    }
    var pair = labels.split("=", 2);
    return object.path("metadata").path("labels").path(pair[0]).asText().equals(pair[1]);
  }

  @Override
  public ObjectNode create(ResourceType type, String namespace, ObjectNode object) {
    called("create", type);
    var stored = object.deepCopy();
    var metadata = stored.withObject("/metadata").put("namespace", namespace);
    var key = key(type, namespace, metadata.path("name").asText());
    if (objects.containsKey(key)) {
      throw new KubernetesException(
          FailureKind.CONFLICT, key + " is there", 409, "AlreadyExists", null);
    }
    objects.put(key, stored);
    return stored.deepCopy();
  }

  @Override
  public ObjectNode patch(ResourceType type, String namespace, String name, ObjectNode patch) {
    called("patch", type);
    var object = objects.get(key(type, namespace, name));
    if (object == null) {
      throw new KubernetesException(FailureKind.INVALID_REQUEST, "gone", 404, "NotFound", null);
    }
    merge(object, patch);
    return object.deepCopy();
  }

  private static void merge(ObjectNode object, ObjectNode patch) {
    for (var field : patch.properties()) {
      if (field.getValue() instanceof ObjectNode inner) {
        merge(object.withObject("/" + field.getKey().replace("/", "~1")), inner);
      } else if (field.getValue().isNull()) {
        object.remove(field.getKey());
      } else {
        object.set(field.getKey(), field.getValue());
      }
    }
  }

  @Override
  public boolean delete(ResourceType type, String namespace, String name) {
    called("delete", type);
    return objects.remove(key(type, namespace, name)) != null;
  }

  private void called(String verb, ResourceType type) {
    calls.add(verb + " " + type);
    var failure = trouble;
    if (failure != null) {
      trouble = isPassing ? null : failure;
      throw failure;
    }
  }

  private static String key(ResourceType type, String namespace, String name) {
    return type + "/" + namespace + "/" + name;
  }
}
