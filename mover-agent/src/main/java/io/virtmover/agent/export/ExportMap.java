// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.export;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import io.virtmover.image.ClusterMap;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Reads a volume's whole map so that nothing can be missing from it.
 *
 * <p>A map answer with status 200 can leave ranges out: it is asked for in windows far below where
 * that has been seen, every extent must begin where the one before ended, and what does not is
 * asked for again in smaller pieces before the backup is given up.
 */
public final class ExportMap {
  /** The disk's size comes from the caller: a map can end early. */
  private static final long WINDOW = 2L << 30;

  private static final int PAGE_SIZE = 32_768;
  private static final int SMALLEST_WINDOW = 1 << 20;
  private static final int PAGE_BYTES = 8 << 20;
  private static final int SHRINK = 8;

  private final ExportVolume volume;
  private final long size;
  private final MapFolder folder;
  private final boolean incremental;
  private final ByteBuffer page = ByteBuffer.allocate(PAGE_BYTES);
  private long window = WINDOW;

  private ExportMap(ExportVolume volume, ClusterMap into, boolean incremental) {
    this.volume = volume;
    this.size = into.geometry().virtualSize();
    this.incremental = incremental;
    this.folder = new MapFolder(into, incremental);
  }

  /**
   * Fills {@code into}, whose geometry says how large the disk is.
   *
   * @throws VirtMoverException {@code CORRUPT_SOURCE} for a map that contradicts itself, leaves a
   *     gap or does not fit the disk's size; {@code INVALID_REQUEST} if it is of the other type
   */
  public static void read(ExportVolume volume, ClusterMap into, boolean incremental) {
    new ExportMap(volume, into, incremental).read();
  }

  private void read() {
    for (var at = 0L; at < size; ) {
      var length = Math.min(window - (at % window), size - at);
      var end = readPage(at, length);
      if (end == at) {
        if (length <= SMALLEST_WINDOW || window <= SMALLEST_WINDOW) {
          throw corrupt("it leaves a gap at byte %d of a disk of %d bytes".formatted(at, size));
        }
        window = Math.max(SMALLEST_WINDOW, window / SHRINK);
      } else {
        window = Math.min(WINDOW, window * 2);
      }
      at = end;
    }
    folder.finish();
    checkEnd();
  }

  /** Folds what a page covers without a gap; returns where that ends. */
  private long readPage(long at, long length) {
    if (!volume.map(at, length, PAGE_SIZE, page, true)) {
      throw corrupt(
          "the server has no map at byte %d of a disk of %d bytes; is the size right?"
              .formatted(at, size));
    }
    try (var json = new JsonFactory().createParser(page.array(), 0, page.limit())) {
      return new PageParser(json, at, at + length).parse();
    } catch (IOException e) {
      throw corrupt("its answer is not the JSON of a map: " + firstLine(e));
    }
  }

  /** The disk must end where the caller says it does. */
  private void checkEnd() {
    if (volume.map(size, 1, 1, page, true)) {
      throw corrupt("the disk is larger than the stated %d bytes".formatted(size));
    }
  }

  private VirtMoverException corrupt(String what) {
    return new VirtMoverException(
        FailureKind.CORRUPT_SOURCE,
        "The map of %s cannot be used: %s. Nothing was published.".formatted(volume.name(), what));
  }

  private static String firstLine(IOException e) {
    var message = String.valueOf(e.getMessage());
    var end = message.indexOf('\n');
    return end < 0 ? message : message.substring(0, end);
  }

  /**
   * Walks one answer: {@code {"extents":[{offset,length,type,description}...],"next_offset":n}}.
   */
  private final class PageParser {
    private final JsonParser json;
    private final long start;
    private final long limit;
    private long end;
    private boolean gap;
    private boolean sawExtents;

    PageParser(JsonParser json, long start, long limit) {
      this.json = json;
      this.start = start;
      this.limit = limit;
      this.end = start;
    }

    long parse() throws IOException {
      expect(json.nextToken(), JsonToken.START_OBJECT);
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        var name = json.currentName();
        var value = json.nextToken();
        switch (name) {
          case "extents" -> extents(value);
          case "next_offset" -> nextOffset(value);
          default -> json.skipChildren();
        }
      }
      expect(json.currentToken(), JsonToken.END_OBJECT);
      if (json.nextToken() != null) {
        throw corrupt("something follows the JSON of its answer");
      }
      if (!sawExtents) {
        throw corrupt("its answer has no extents");
      }
      return end;
    }

    private void extents(JsonToken value) throws IOException {
      sawExtents = true;
      expect(value, JsonToken.START_ARRAY);
      while (json.nextToken() == JsonToken.START_OBJECT) {
        extent();
      }
      expect(json.currentToken(), JsonToken.END_ARRAY);
    }

    private void extent() throws IOException {
      var offset = -1L;
      var length = -1L;
      var type = -1L;
      var description = "";
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        var name = json.currentName();
        json.nextToken();
        switch (name) {
          case "offset" -> offset = number();
          case "length" -> length = number();
          case "type" -> type = number();
          case "description" -> description = text();
          default -> json.skipChildren();
        }
      }
      take(offset, length, type, description);
    }

    private void take(long offset, long length, long type, String description) {
      if (length <= 0 || offset < 0 || length > Long.MAX_VALUE - offset) {
        throw corrupt("it has an extent of %d bytes at byte %d".formatted(length, offset));
      }
      if (offset < end) {
        throw corrupt("the extent at byte %d overlaps the one before it".formatted(offset));
      }
      if (offset > end) {
        gap = true;
      }
      if (gap) {
        return;
      }
      if (offset + length > limit) {
        throw corrupt(
            "the extent at byte %d ends at byte %d, beyond the %d asked for"
                .formatted(offset, offset + length, limit));
      }
      folder.add(
          offset, length, ExtentFlags.of(volume.name(), incremental, offset, type, description));
      end = offset + length;
    }

    private void nextOffset(JsonToken value) throws IOException {
      if (value == JsonToken.VALUE_NULL) {
        return;
      }
      var next = number();
      if (next <= start) {
        throw corrupt("it goes on at byte %d, before byte %d".formatted(next, start));
      }
    }

    private long number() throws IOException {
      expect(json.currentToken(), JsonToken.VALUE_NUMBER_INT);
      if (json.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
        throw corrupt("the number %s is too large".formatted(json.getText()));
      }
      return json.getLongValue();
    }

    private String text() throws IOException {
      expect(json.currentToken(), JsonToken.VALUE_STRING);
      return json.getText();
    }

    private void expect(@Nullable JsonToken found, JsonToken wanted) {
      if (found != wanted) {
        throw corrupt("its answer has %s where %s belongs".formatted(found, wanted));
      }
    }
  }
}
