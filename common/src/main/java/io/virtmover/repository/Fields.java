// SPDX-License-Identifier: Apache-2.0
package io.virtmover.repository;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.virtmover.failure.VirtMoverException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;

/**
 * Reads a JSON object's fields by name, checking types as Go does: keys in any case, {@code null}
 * like absent, anything else of the wrong type an error that names the place.
 */
record Fields(String key, String place, ObjectNode node, String remedy) {
  static Fields of(String key, ObjectNode node, String remedy) {
    return new Fields(key, "", node, remedy);
  }

  Optional<String> text(String name) {
    return find(name)
        .map(
            value -> {
              if (!value.isTextual()) {
                throw wrong(name, "is not a string");
              }
              return value.textValue();
            });
  }

  String requiredText(String name) {
    return text(name)
        .filter(value -> !value.isEmpty())
        .orElseThrow(() -> wrong(name, "is missing"));
  }

  long number(String name) {
    var value = find(name).orElseThrow(() -> wrong(name, "is missing"));
    if (!value.isIntegralNumber() || !value.canConvertToLong()) {
      throw wrong(name, "is not a whole number");
    }
    if (value.bigIntegerValue().compareTo(BigInteger.ZERO) < 0) {
      throw wrong(name, "is negative");
    }
    return value.longValue();
  }

  long numberOr(String name, long absent) {
    return find(name).isPresent() ? number(name) : absent;
  }

  List<String> texts(String name) {
    return list(
        name,
        (where, value) -> {
          if (!value.isTextual() && !value.isNull()) {
            throw wrong(where, "is not a string");
          }
          return value.isNull() ? "" : value.textValue();
        });
  }

  List<Fields> objects(String name) {
    return list(
        name,
        (where, value) -> {
          if (!(value instanceof ObjectNode object)) {
            throw wrong(where, "is not an object");
          }
          return new Fields(key, place + where + ".", object, remedy);
        });
  }

  Optional<Fields> object(String name) {
    return find(name)
        .map(
            value -> {
              if (!(value instanceof ObjectNode object)) {
                throw wrong(name, "is not an object");
              }
              return new Fields(key, place + name + ".", object, remedy);
            });
  }

  <T> List<T> list(String name, BiFunction<String, JsonNode, T> each) {
    var list = new ArrayList<T>();
    var value = find(name);
    if (value.isPresent()) {
      if (!value.get().isArray()) {
        throw wrong(name, "is not an array");
      }
      for (var i = 0; i < value.get().size(); i++) {
        list.add(each.apply("%s[%d]".formatted(name, i), value.get().get(i)));
      }
    }
    return list;
  }

  VirtMoverException wrong(String name, String what) {
    return GoJson.unreadable(key, "%s%s %s".formatted(place, name, what), remedy, null);
  }

  /** Which of two spellings counts depends on their order in Go, so two are an error here. */
  private Optional<JsonNode> find(String name) {
    var found =
        node.properties().stream()
            .filter(field -> field.getKey().equalsIgnoreCase(name))
            .map(Map.Entry::getValue)
            .toList();
    if (found.size() > 1) {
      throw wrong(name, "is there twice");
    }
    return found.stream().filter(value -> !value.isNull()).findFirst();
  }

  /** A copy with the known keys spelled as the format spells them; others are kept as they are. */
  ObjectNode spelled(List<String> known) {
    var copy = GoJson.object();
    for (var field : node.properties()) {
      var name =
          known.stream()
              .filter(field.getKey()::equalsIgnoreCase)
              .findFirst()
              .orElse(field.getKey());
      if (copy.has(name)) {
        throw wrong(name, "is there twice");
      }
      copy.set(name, field.getValue());
    }
    return copy;
  }
}
