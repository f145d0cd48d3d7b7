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
          if (!value.isTextual()) {
            throw wrong(where, "is not a string");
          }
          return value.textValue();
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

  /** The exact key wins over one that differs in case, as in Go. */
  private Optional<JsonNode> find(String name) {
    var exact = node.get(name);
    if (exact != null) {
      return Optional.of(exact).filter(value -> !value.isNull());
    }
    return node.properties().stream()
        .filter(field -> field.getKey().equalsIgnoreCase(name))
        .map(Map.Entry::getValue)
        .filter(value -> !value.isNull())
        .findFirst();
  }
}
