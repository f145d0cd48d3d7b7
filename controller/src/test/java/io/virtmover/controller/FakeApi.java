// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * An API server that keeps objects by their paths, finds them by labels and fields, and refuses
 * what it is told to. It does not validate, and who watches hears of nothing.
 */
public final class FakeApi implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final LocalApi api;
  private final Map<String, ObjectNode> objects = new ConcurrentSkipListMap<>();
  private final AtomicLong generated = new AtomicLong();
  private final Map<String, ObjectNode> refusals = new ConcurrentHashMap<>();
  private final List<String> changes = new CopyOnWriteArrayList<>();

  public FakeApi() throws IOException {
    api = new LocalApi(this::serve);
  }

  /** A client of it. */
  public KubernetesClient client() {
    return api.client();
  }

  /** Puts an object there. */
  public void put(String path, String json) {
    objects.put(path, read(json.getBytes(StandardCharsets.UTF_8)));
  }

  /** Lets a kind be found by those who know its group, version and name alone. */
  public void serveKind(String groupVersion, String kind, String plural) {
    var group =
        objects.computeIfAbsent(
            "/apis/" + groupVersion,
            _ ->
                JSON.createObjectNode()
                    .put("kind", "APIResourceList")
                    .put("apiVersion", "v1")
                    .put("groupVersion", groupVersion));
    var served = group.withArray("/resources").addObject();
    served.put("name", plural).put("kind", kind).put("singularName", "").put("namespaced", true);
    served.putArray("verbs");
  }

  /** Refuses a request from now on, as in {@code POST /api/v1/namespaces/a/pods}. */
  public void refuse(String request, int code, String reason, String message) {
    refusals.put(request, status(code, reason, message));
  }

  /** Takes a refusal back. */
  public void allow(String request) {
    refusals.remove(request);
  }

  /** Takes an object away. */
  public void remove(String path) {
    objects.remove(path);
  }

  /** The object at a path, if it is there. */
  public Optional<JsonNode> get(String path) {
    return Optional.ofNullable(objects.get(path));
  }

  /** Everything that was changed or refused, in order, as in {@code DELETE /api/v1/…}. */
  public List<String> changes() {
    return List.copyOf(changes);
  }

  private void serve(HttpExchange exchange) throws IOException {
    if (query(exchange).contains("watch=")) {
      letWatch(exchange);
      return;
    }
    try (exchange) {
      var path = exchange.getRequestURI().getPath();
      var method = exchange.getRequestMethod();
      var body = exchange.getRequestBody().readAllBytes();
      if (!method.equals("GET")) {
        changes.add(method + " " + path);
      }
      var refusal = refusals.get(method + " " + path);
      var answer = refusal == null ? answer(exchange, method, path, body) : refusal;
      var isRefused = answer.path("kind").asText().equals("Status") && answer.has("code");
      var bytes = JSON.writeValueAsBytes(answer);
      exchange.getResponseHeaders().add("Content-Type", "application/json");
      exchange.sendResponseHeaders(isRefused ? answer.path("code").asInt() : 200, bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }

  private static String query(HttpExchange exchange) {
    return Optional.ofNullable(exchange.getRequestURI().getRawQuery()).orElse("");
  }

  /** Until the end; it speaks no web sockets, and clients then watch over plain HTTP. */
  private static void letWatch(HttpExchange exchange) throws IOException {
    var isWebSocket = exchange.getRequestHeaders().containsKey("Upgrade");
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    exchange.sendResponseHeaders(200, isWebSocket ? -1 : 0);
    if (!isWebSocket) {
      exchange.getResponseBody().flush();
    }
  }

  private ObjectNode answer(HttpExchange exchange, String method, String path, byte[] body) {
    return switch (method) {
      case "POST" -> create(path, read(body));
      case "DELETE" -> orNotFound(path, Optional.ofNullable(objects.remove(path)));
      case "PATCH" ->
          orNotFound(
              path,
              Optional.ofNullable(
                  objects.computeIfPresent(path, (_, old) -> merge(old, read(body)))));
      default ->
          Optional.ofNullable(objects.get(path)).orElseGet(() -> listOrNothing(exchange, path));
    };
  }

  private ObjectNode create(String collection, ObjectNode object) {
    var name = object.path("metadata").path("name").asText();
    var path =
        collection + "/" + (name.isEmpty() ? "generated-" + generated.incrementAndGet() : name);
    return objects.putIfAbsent(path, object) == null
        ? object
        : status(409, "AlreadyExists", "%s already exists".formatted(name));
  }

  private ObjectNode listOrNothing(HttpExchange exchange, String path) {
    if (!isCollection(path)) {
      return status(404, "NotFound", path + " is not there");
    }
    var query = query(exchange);
    var list = JSON.createObjectNode().put("kind", "List").put("apiVersion", "v1");
    list.putObject("metadata");
    var items = list.putArray("items");
    objects.forEach(
        (at, object) -> {
          if (isIn(at, path) && isSelected(object, query)) {
            items.add(object);
          }
        });
    return page(list, items, query);
  }

  /** As much of a list as is asked for, and where it goes on. */
  private static ObjectNode page(ObjectNode list, ArrayNode items, String query) {
    var from = number(query, "continue").orElse(0);
    var to = Math.min(items.size(), from + number(query, "limit").orElse(items.size()));
    var page = JSON.createArrayNode();
    for (var i = from; i < to; i++) {
      page.add(items.get(i));
    }
    if (to < items.size()) {
      list.withObject("/metadata").put("continue", Integer.toString(to));
    }
    list.set("items", page);
    return list;
  }

  private static Optional<Integer> number(String query, String name) {
    return Stream.of(query.split("&", -1))
        .filter(part -> part.startsWith(name + "="))
        .map(part -> Integer.valueOf(part.substring(name.length() + 1)))
        .findFirst();
  }

  /** {@code …/v1/plural}, {@code …/v1/namespaces/name/plural}; one part more is an object. */
  private static boolean isCollection(String path) {
    var parts = path.replaceFirst("^/api/[^/]+/|^/apis/[^/]+/[^/]+/", "").split("/", -1);
    return parts.length == (parts[0].equals("namespaces") && parts.length > 1 ? 3 : 1);
  }

  /** In all namespaces, or in one. */
  private static boolean isIn(String object, String collection) {
    var plural = collection.substring(collection.lastIndexOf('/') + 1);
    var of = object.substring(0, object.lastIndexOf('/'));
    var group = collection.replaceFirst("/(namespaces/[^/]+/)?[^/]+$", "");
    var isInANamespaceOfIt =
        !collection.contains("/namespaces/")
            && of.startsWith(group + "/namespaces/")
            && of.endsWith("/" + plural);
    return isInANamespaceOfIt || of.equals(collection);
  }

  private static boolean isSelected(JsonNode object, String query) {
    for (var part : query.split("&", -1)) {
      var text = URLDecoder.decode(part.substring(part.indexOf('=') + 1), StandardCharsets.UTF_8);
      var labels = object.path("metadata").path("labels");
      if (part.startsWith("labelSelector=") && !agrees(labels::path, text)) {
        return false;
      }
      if (part.startsWith("fieldSelector=")
          && !agrees(field -> object.at("/" + field.replace('.', '/')), text)) {
        return false;
      }
    }
    return true;
  }

  private static boolean agrees(Function<String, JsonNode> values, String selector) {
    return Stream.of(selector.split(",", -1))
        .map(one -> one.split("=", 2))
        .allMatch(pair -> values.apply(pair[0]).asText().equals(pair[1]));
  }

  /** As RFC 7396 has it: objects are merged, null takes away, all else is replaced. */
  private static ObjectNode merge(ObjectNode old, JsonNode patch) {
    var merged = old.deepCopy();
    patch
        .properties()
        .forEach(
            change -> {
              if (change.getValue().isNull()) {
                var _ = merged.remove(change.getKey());
              } else {
                var _ = merged.set(change.getKey(), merged(merged, change));
              }
            });
    return merged;
  }

  private static JsonNode merged(ObjectNode old, Map.Entry<String, JsonNode> change) {
    return change.getValue().isObject()
        ? merge(
            old.get(change.getKey()) instanceof ObjectNode there ? there : JSON.createObjectNode(),
            change.getValue())
        : change.getValue();
  }

  private static ObjectNode orNotFound(String path, Optional<ObjectNode> found) {
    return found.orElseGet(() -> status(404, "NotFound", path + " is not there"));
  }

  private static ObjectNode status(int code, String reason, String message) {
    return JSON.createObjectNode()
        .put("kind", "Status")
        .put("apiVersion", "v1")
        .put("status", "Failure")
        .put("code", code)
        .put("reason", reason)
        .put("message", message);
  }

  private static ObjectNode read(byte[] json) {
    try {
      return (ObjectNode) JSON.readTree(json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    api.close();
  }
}
