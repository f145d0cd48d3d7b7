// SPDX-License-Identifier: Apache-2.0
package io.virtmover.transfer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads the fields of a document of the contract, and knows which were read: a field that nobody
 * asked for is an error unless a later minor version wrote it. Messages name places, never values.
 */
final class DocumentFields {
  private static final Pattern NAME = Pattern.compile("[A-Za-z]{1,40}");
  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .build();

  private final String where;
  private final String place;
  private final ObjectNode node;
  private final Set<String> known = new HashSet<>();
  private final List<DocumentFields> parts = new ArrayList<>();
  private boolean isOfLaterMinor;

  private DocumentFields(String where, String place, ObjectNode node) {
    this.where = where;
    this.place = place;
    this.node = node;
  }

  /**
   * Reads a whole document.
   *
   * @param where the document, for messages
   * @param longest bytes that such a document has at most
   * @param reading makes of its fields what it says
   * @throws VirtMoverException {@code INVALID_REQUEST} for what is no such document, {@code
   *     UNSUPPORTED} for one of another major version
   */
  static <T> T read(
      String where, byte[] content, int longest, Function<DocumentFields, T> reading) {
    if (content.length > longest) {
      throw invalid("%s is too large.".formatted(where), null);
    }
    var fields = new DocumentFields(where, "", parse(where, content));
    var version = FormatVersion.readable(fields.version(), where);
    fields.isOfLaterMinor = version.mayHaveUnknownFields();
    var document = reading.apply(fields);
    if (!version.mayHaveUnknownFields()) {
      fields.checkAllKnown();
    }
    return document;
  }

  /** Where the fault is; Jackson's own words repeat the document's content and name classes. */
  private static ObjectNode parse(String where, byte[] content) {
    try {
      if (MAPPER.readTree(content) instanceof ObjectNode object) {
        return object;
      }
      throw invalid("%s is not a JSON object.".formatted(where), null);
    } catch (JsonProcessingException e) {
      var at = e.getLocation();
      throw invalid(
          "%s is not JSON%s."
              .formatted(where, at == null ? "" : "; see line %d".formatted(at.getLineNr())),
          e);
    } catch (IOException e) {
      throw invalid("%s is not JSON.".formatted(where), e);
    }
  }

  /** Before there were minor versions, it was a number. */
  private String version() {
    var number = find("version").filter(JsonNode::isIntegralNumber);
    return number.map(JsonNode::asText).orElseGet(() -> requiredText("version"));
  }

  /** Whether a later minor version wrote the document, which may know more words. */
  boolean isOfLaterMinor() {
    return isOfLaterMinor;
  }

  Optional<String> text(String name) {
    return find(name)
        .map(
            value -> {
              if (!value.isTextual()) {
                throw wrong(name, "is not a text");
              }
              return value.textValue();
            });
  }

  String requiredText(String name) {
    return text(name)
        .filter(value -> !value.isEmpty())
        .orElseThrow(() -> wrong(name, "is missing"));
  }

  /** A text that becomes something else; what that refuses is told with its place. */
  <T> T required(String name, Function<String, T> reading) {
    return translated(name, requiredText(name), reading);
  }

  <T> Optional<T> optional(String name, Function<String, T> reading) {
    return text(name).map(value -> translated(name, value, reading));
  }

  private <T> T translated(String name, String value, Function<String, T> reading) {
    return made(name, () -> reading.apply(value));
  }

  /** What several fields make together; what refuses them is told with their place. */
  <T> T made(String name, Supplier<T> making) {
    try {
      return making.get();
    } catch (VirtMoverException e) {
      throw e.at("%s, %s%s".formatted(where, place, name));
    }
  }

  Path requiredPath(String name) {
    return path(name).orElseThrow(() -> wrong(name, "is missing"));
  }

  Optional<Path> path(String name) {
    try {
      return text(name)
          .map(
              value -> {
                if (value.isEmpty()) {
                  throw wrong(name, "is empty");
                }
                return Path.of(value);
              });
    } catch (InvalidPathException e) {
      throw wrong(name, "is not the path of a file");
    }
  }

  OptionalLong number(String name) {
    var value = find(name);
    if (value.isEmpty()) {
      return OptionalLong.empty();
    }
    if (!value.get().isIntegralNumber() || !value.get().canConvertToLong()) {
      throw wrong(name, "is not a whole number");
    }
    return OptionalLong.of(value.get().longValue());
  }

  long requiredNumber(String name) {
    return number(name).orElseThrow(() -> wrong(name, "is missing"));
  }

  int requiredCount(String name) {
    var number = requiredNumber(name);
    if (number < 0 || number > Integer.MAX_VALUE) {
      throw wrong(name, "is no count");
    }
    return (int) number;
  }

  /** False where it is absent. */
  boolean flag(String name) {
    return find(name)
        .map(
            value -> {
              if (!value.isBoolean()) {
                throw wrong(name, "is neither true nor false");
              }
              return value.booleanValue();
            })
        .orElse(false);
  }

  Optional<DocumentFields> object(String name) {
    return find(name).map(value -> part(name, value));
  }

  DocumentFields requiredObject(String name) {
    return object(name).orElseThrow(() -> wrong(name, "is missing"));
  }

  List<DocumentFields> objects(String name) {
    return list(name, this::part);
  }

  List<String> texts(String name) {
    return list(
        name,
        (at, value) -> {
          if (!value.isTextual()) {
            throw wrong(at, "is not a text");
          }
          return value.textValue();
        });
  }

  private <T> List<T> list(String name, BiFunction<String, JsonNode, T> reading) {
    var value = find(name);
    if (value.isEmpty()) {
      return List.of();
    }
    if (!value.get().isArray()) {
      throw wrong(name, "is not a list");
    }
    var list = new ArrayList<T>();
    for (var i = 0; i < value.get().size(); i++) {
      list.add(reading.apply("%s[%d]".formatted(name, i), value.get().get(i)));
    }
    return list;
  }

  private DocumentFields part(String name, JsonNode value) {
    if (!(value instanceof ObjectNode object)) {
      throw wrong(name, "is not an object");
    }
    var part = new DocumentFields(where, place + name + ".", object);
    part.isOfLaterMinor = isOfLaterMinor;
    parts.add(part);
    return part;
  }

  VirtMoverException wrong(String name, String what) {
    return invalid("%s: %s%s %s.".formatted(where, place, name, what), null);
  }

  private Optional<JsonNode> find(String name) {
    known.add(name);
    return Optional.ofNullable(node.get(name)).filter(value -> !value.isNull());
  }

  private void checkAllKnown() {
    for (var field : node.properties()) {
      if (!known.contains(field.getKey())) {
        var isName = NAME.matcher(field.getKey()).matches();
        throw invalid(
            isName
                ? "%s: the field %s%s is unknown.".formatted(where, place, field.getKey())
                : "%s: there is an unknown field%s."
                    .formatted(where, place.isEmpty() ? "" : " in " + place),
            null);
      }
    }
    parts.forEach(DocumentFields::checkAllKnown);
  }

  private static VirtMoverException invalid(String message, @Nullable Throwable cause) {
    return new VirtMoverException(FailureKind.INVALID_REQUEST, message, cause);
  }
}
