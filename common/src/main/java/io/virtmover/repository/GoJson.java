// SPDX-License-Identifier: Apache-2.0
package io.virtmover.repository;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.io.CharacterEscapes;
import com.fasterxml.jackson.core.io.SerializedString;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.ByteBufferBackedInputStream;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * JSON as Go's encoding/json reads and writes it: two spaces, no line break at the end, {@code < >
 * &} escaped. Reading is bounded in size, depth and length, and refuses what Go would refuse.
 */
final class GoJson {
  /** Largest document in bytes that is read or written. */
  static final int LIMIT = 16 << 20;

  private static final int MAX_DEPTH = 64;
  private static final int MAX_STRING = 1 << 20;
  private static final int MAX_MESSAGE = 300;
  private static final byte BOM = (byte) 0xef;

  private static final ObjectMapper MAPPER =
      JsonMapper.builder(factory())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  private static final ObjectWriter WRITER = MAPPER.writer(printer());

  private GoJson() {}

  static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  /**
   * Reads a document.
   *
   * @param key the object it comes from, for messages
   * @param remedy what a user can do if it cannot be read
   * @throws VirtMoverException {@code CORRUPT_BACKUP}
   */
  static ObjectNode read(String key, ByteBuffer content, String remedy) {
    var bytes = content.duplicate();
    if (bytes.hasRemaining() && bytes.get(bytes.position()) == BOM) {
      throw unreadable(key, "it begins with a byte order mark", remedy, null);
    }
    try {
      JsonNode node = MAPPER.readTree(new ByteBufferBackedInputStream(bytes));
      if (node instanceof ObjectNode object) {
        return object;
      }
      throw unreadable(key, "it is not a JSON object", remedy, null);
    } catch (JsonProcessingException e) {
      throw unreadable(key, place(e) + firstLine(e.getOriginalMessage()), remedy, e);
    } catch (IOException e) {
      throw unreadable(key, String.valueOf(e.getMessage()), remedy, e);
    }
  }

  /**
   * Writes a document. By way of a string, because that keeps what a foreign document may hold and
   * UTF-8 cannot: half a surrogate pair.
   *
   * @throws VirtMoverException {@code UNSUPPORTED} if it is larger than what would be read again
   */
  static byte[] write(String key, ObjectNode document) {
    try {
      var bytes = WRITER.writeValueAsString(document).getBytes(StandardCharsets.UTF_8);
      if (bytes.length > LIMIT) {
        throw new VirtMoverException(
            FailureKind.UNSUPPORTED,
            "%s would grow to %d bytes; at most %d are read. Delete old backups."
                .formatted(key, bytes.length, LIMIT));
      }
      return bytes;
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  static VirtMoverException unreadable(
      String key, String what, String remedy, @Nullable Throwable cause) {
    return new VirtMoverException(
        FailureKind.CORRUPT_BACKUP,
        "%s cannot be read: %s. %s".formatted(key, printable(what), remedy),
        cause);
  }

  /** Text from a document, fit for a one-line message. */
  static String printable(String text) {
    var line = text.replaceAll("\\p{Cntrl}", "?");
    return line.length() <= MAX_MESSAGE ? line : line.substring(0, MAX_MESSAGE) + "...";
  }

  /** Documents that are too deep or too long have no place, unlike the parser's type suggests. */
  private static String place(JsonProcessingException e) {
    return Optional.ofNullable(e.getLocation())
        .map(at -> "line %d, column %d: ".formatted(at.getLineNr(), at.getColumnNr()))
        .orElse("");
  }

  private static String firstLine(String text) {
    return text.lines().findFirst().orElse("");
  }

  private static JsonFactory factory() {
    var constraints =
        StreamReadConstraints.builder()
            .maxNestingDepth(MAX_DEPTH)
            .maxStringLength(MAX_STRING)
            .maxNumberLength(40)
            .maxDocumentLength(LIMIT)
            .build();
    return new JsonFactoryBuilder()
        .streamReadConstraints(constraints)
        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
        .disable(JsonFactory.Feature.CHARSET_DETECTION)
        .disable(JsonWriteFeature.WRITE_HEX_UPPER_CASE)
        .characterEscapes(new HtmlEscapes())
        .build();
  }

  private static DefaultPrettyPrinter printer() {
    var indenter = new DefaultIndenter("  ", "\n");
    var separators =
        Separators.createDefaultInstance()
            .withObjectFieldValueSpacing(Separators.Spacing.AFTER)
            .withArrayEmptySeparator("")
            .withObjectEmptySeparator("");
    return new DefaultPrettyPrinter(separators)
        .withObjectIndenter(indenter)
        .withArrayIndenter(indenter);
  }

  private static final class HtmlEscapes extends CharacterEscapes {
    private static final int[] ESCAPES = CharacterEscapes.standardAsciiEscapesForJSON();
    private static final SerializableString LINE_SEPARATOR = new SerializedString("\\u2028");
    private static final SerializableString PARAGRAPH_SEPARATOR = new SerializedString("\\u2029");

    static {
      ESCAPES['<'] = CharacterEscapes.ESCAPE_STANDARD;
      ESCAPES['>'] = CharacterEscapes.ESCAPE_STANDARD;
      ESCAPES['&'] = CharacterEscapes.ESCAPE_STANDARD;
    }

    @Override
    public int[] getEscapeCodesForAscii() {
      return ESCAPES.clone();
    }

    @Override
    public @Nullable SerializableString getEscapeSequence(int character) {
      return switch (character) {
        case 0x2028 -> LINE_SEPARATOR;
        case 0x2029 -> PARAGRAPH_SEPARATOR;
        default -> null;
      };
    }
  }
}
