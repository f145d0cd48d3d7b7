// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.export;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.async.ByteBufferFeeder;
import com.fasterxml.jackson.core.io.JsonEOFException;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads one answer of the map endpoint while it arrives, in memory that does not grow with it:
 * {@code {"extents":[{offset,length,type,description}...],"next_offset":n}}. Every extent that
 * begins where the one before ended is handed on at once, so an answer that breaks off has not come
 * in vain.
 */
final class MapPage implements Sink {
  private enum Place {
    START,
    PAGE,
    EXTENTS,
    EXTENT,
    END
  }

  /** An extent takes less than 100 bytes; this is far above any page that is asked for. */
  private static final long MOST_BYTES = 8 << 20;

  private static final int LONGEST_WORD = 1 << 10;
  private static final int DEEPEST = 16;
  private static final int LONGEST_COMPLAINT = 120;

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxStringLength(LONGEST_WORD)
                  .maxNameLength(LONGEST_WORD)
                  .maxNumberLength(LONGEST_WORD)
                  .maxNestingDepth(DEEPEST)
                  .build())
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .build();

  private final MapCoverage coverage;
  private final JsonParser json;
  private final ByteBufferFeeder feeder;

  private Place place = Place.START;
  private String field = "";
  private int skipped;
  private long bytes;
  private boolean sawExtents;
  private Optional<Trouble> trouble = Optional.empty();

  private long extentOffset;
  private long extentLength;
  private long extentType;
  private String extentDescription = "";

  MapPage(MapCoverage coverage) {
    this.coverage = coverage;
    try {
      this.json = FACTORY.createNonBlockingByteBufferParser();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    this.feeder = (ByteBufferFeeder) json.getNonBlockingInputFeeder();
  }

  /** Bytes of the answer, if they have brought anything. */
  long bytesUsed() {
    return coverage.isEmpty() ? 0 : bytes;
  }

  /**
   * Reads on.
   *
   * @throws VirtMoverException {@code CORRUPT_SOURCE} for a map that contradicts itself
   */
  @Override
  public boolean take(ByteBuffer piece) {
    bytes += piece.remaining();
    if (bytes > MOST_BYTES) {
      trouble = Optional.of(tooLong());
    } else if (trouble.isEmpty()) {
      try {
        feeder.feedInput(piece);
        readTokens();
      } catch (IOException e) {
        trouble = Optional.of(odd("its answer is not the JSON of a map: " + words(e)));
      }
    }
    return trouble.isEmpty();
  }

  @Override
  public Optional<Trouble> trouble() {
    if (trouble.isEmpty()) {
      try {
        feeder.endOfInput();
        readTokens();
        json.close();
        trouble = unfinished();
      } catch (JsonEOFException e) {
        trouble = Optional.of(cutOff());
      } catch (IOException e) {
        trouble = Optional.of(odd("its answer is not the JSON of a map: " + words(e)));
      }
    }
    return trouble;
  }

  private Optional<Trouble> unfinished() {
    if (place != Place.END) {
      return Optional.of(cutOff());
    }
    return sawExtents ? Optional.empty() : Optional.of(odd("its answer has no extents"));
  }

  private Trouble cutOff() {
    return odd(
        bytes == 0
            ? "its answer is empty, no JSON"
            : "the JSON of its answer is cut off after %d bytes".formatted(bytes));
  }

  private static Trouble tooLong() {
    return new Trouble(
        Trouble.Passing.NEVER,
        FailureKind.CORRUPT_SOURCE,
        "its answer is longer than a map can be",
        "The exporter cannot be trusted; nothing was published.");
  }

  private void readTokens() throws IOException {
    for (var token = json.nextToken();
        token != null && token != JsonToken.NOT_AVAILABLE && trouble.isEmpty();
        token = json.nextToken()) {
      if (skipped > 0) {
        skip(token);
      } else {
        read(token);
      }
    }
  }

  /** Passes over a value nobody knows. */
  private void skip(JsonToken token) {
    if (token.isStructStart()) {
      skipped++;
    } else if (token.isStructEnd()) {
      skipped--;
    }
  }

  private void read(JsonToken token) throws IOException {
    switch (place) {
      case START -> enter(token, JsonToken.START_OBJECT, Place.PAGE);
      case PAGE -> inPage(token);
      case EXTENTS -> inExtents(token);
      case EXTENT -> inExtent(token);
      case END -> trouble = Optional.of(odd("something follows the JSON of its answer"));
    }
  }

  private void enter(JsonToken token, JsonToken wanted, Place next) {
    if (expect(token, wanted)) {
      place = next;
    }
  }

  private void inPage(JsonToken token) throws IOException {
    if (token == JsonToken.FIELD_NAME) {
      field = json.currentName();
    } else if (token == JsonToken.END_OBJECT) {
      place = Place.END;
    } else if (field.equals("extents")) {
      sawExtents = true;
      enter(token, JsonToken.START_ARRAY, Place.EXTENTS);
    } else if (field.equals("next_offset") && token != JsonToken.VALUE_NULL) {
      var next = number(token);
      if (trouble.isEmpty()) {
        coverage.goesOnAt(next);
      }
    } else {
      skip(token);
    }
  }

  private void inExtents(JsonToken token) {
    if (token == JsonToken.END_ARRAY) {
      place = Place.PAGE;
      field = "";
    } else {
      enter(token, JsonToken.START_OBJECT, Place.EXTENT);
      extentOffset = -1;
      extentLength = -1;
      extentType = -1;
      extentDescription = "";
    }
  }

  private void inExtent(JsonToken token) throws IOException {
    if (token == JsonToken.FIELD_NAME) {
      field = json.currentName();
    } else if (token == JsonToken.END_OBJECT) {
      place = Place.EXTENTS;
      if (trouble.isEmpty()) {
        coverage.add(extentOffset, extentLength, extentType, extentDescription);
      }
    } else {
      switch (field) {
        case "offset" -> extentOffset = number(token);
        case "length" -> extentLength = number(token);
        case "type" -> extentType = number(token);
        case "description" -> extentDescription = text(token);
        default -> skip(token);
      }
    }
  }

  private long number(JsonToken token) throws IOException {
    if (!expect(token, JsonToken.VALUE_NUMBER_INT)) {
      return -1;
    }
    if (json.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
      throw coverage.corrupt("the number %s is too large".formatted(shortened(json.getText())));
    }
    return json.getLongValue();
  }

  private String text(JsonToken token) throws IOException {
    return expect(token, JsonToken.VALUE_STRING) ? json.getText() : "";
  }

  private boolean expect(@Nullable JsonToken found, JsonToken wanted) {
    if (found != wanted) {
      trouble = Optional.of(odd("its answer has %s where %s belongs".formatted(found, wanted)));
    }
    return found == wanted;
  }

  static Trouble odd(String what) {
    return new Trouble(
        Trouble.Passing.ODD,
        FailureKind.CORRUPT_SOURCE,
        what,
        "Nothing was published; check the exporter and what stands between.");
  }

  private static String words(IOException e) {
    var message = String.valueOf(e.getMessage());
    return shortened(message.lines().findFirst().orElse(""));
  }

  private static String shortened(String text) {
    return text.length() > LONGEST_COMPLAINT ? text.substring(0, LONGEST_COMPLAINT) + "..." : text;
  }
}
