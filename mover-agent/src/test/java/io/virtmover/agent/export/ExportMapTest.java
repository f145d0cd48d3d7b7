// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.virtmover.agent.export.LoopbackExporter.Script;
import io.virtmover.agent.image.ClusterMap;
import io.virtmover.agent.image.ClusterStatus;
import io.virtmover.agent.image.Geometry;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Maps from a server that contradicts itself, breaks off, or is away for a while. */
@Timeout(120)
class ExportMapTest {
  private static final int SIZE = 1 << 20;
  private static final int CLUSTERS = SIZE >> 16;
  private static final Duration SOON = Duration.ofMillis(300);

  private final GoodExporter good = GoodExporter.of(SIZE);

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          empty            |                                                       | its answer is empty, no JSON
          not JSON         | nonsense                                              | JSON
          a page of HTML   | <html>maintenance</html>                              | JSON
          cut off          | {"extents":[{"offset":0,"leng                         | the JSON of its answer is cut off after 29 bytes
          cut behind array | {"extents":[]                                         | the JSON of its answer is cut off after 13 bytes
          an array         | []                                                    | START_ARRAY where START_OBJECT belongs
          no extents       | {"next_offset":null}                                  | no extents
          null extents     | {"extents":null,"next_offset":null}                   | VALUE_NULL where START_ARRAY belongs
          extents in words | {"extents":["a"]}                                     | VALUE_STRING where START_OBJECT belongs
          two answers      | {"extents":[]} {"extents":[]}                         | something follows
          a text           | {"extents":[{"offset":"0"}]}                          | VALUE_NUMBER_INT
          a fraction       | {"extents":[{"offset":0.5}]}                          | VALUE_NUMBER_INT
          a number as text | {"extents":[{"offset":0,"length":4096,"type":0,"description":7}]} | VALUE_STRING
          next in words    | {"extents":[],"next_offset":"0"}                      | VALUE_NUMBER_INT
          gap at start     | {"extents":[{"offset":65536,"length":65536,"type":0,"description":"data"}]} | gap at byte 0
          nothing          | {"extents":[],"next_offset":null}                     | gap at byte 0
          ends early       | {"extents":[{"offset":0,"length":65536,"type":0,"description":"data"}]} | overlaps
          overlap          | {"extents":[{"offset":0,"length":65536,"type":0,"description":"data"},{"offset":4096,"length":65536,"type":0,"description":"data"}]} | overlaps
          too long         | {"extents":[{"offset":0,"length":99999999999,"type":0,"description":"data"}]} | beyond
          overflow         | {"extents":[{"offset":0,"length":4096,"type":0,"description":"data"},{"offset":4096,"length":9223372036854775807,"type":0,"description":"data"}]} | an extent of 9223372036854775807 bytes
          negative length  | {"extents":[{"offset":0,"length":-1,"type":0,"description":"data"}]} | -1 bytes
          no length        | {"extents":[{"offset":0,"type":0,"description":"data"}]} | an extent of -1 bytes
          empty extent     | {"extents":[{"offset":0,"length":0,"type":0,"description":"data"}]} | 0 bytes
          unknown bits     | {"extents":[{"offset":0,"length":1048576,"type":8,"description":"data"}]} | unknown bits
          a huge number    | {"extents":[{"offset":0,"length":99999999999999999999999}]} | too large
          goes back        | {"extents":[{"offset":0,"length":1048576,"type":0,"description":"data"}],"next_offset":0} | before byte
          """)
  void aMapThatIsNoMapOrContradictsItself_isRefused(String what, String answer, String words) {
    var body = answer == null ? "" : answer;
    var failure =
        failureOfMap(
            SIZE, (_, out) -> Raw.status(out, 200, "application/json", body), Limits.patient());
    assertThat(failure.kind()).as(what).isEqualTo(FailureKind.CORRUPT_SOURCE);
    assertThat(failure).as(what).hasMessageContaining(words).hasMessageContaining("/exports/d");
    assertThat(failure.getMessage()).doesNotContain("\n", "Exception");
  }

  @Test
  void anEndlessAnswer_isCutOff() {
    var failure =
        failureOfMap(
            SIZE,
            (_, out) -> {
              Raw.status(out, 200, "Content-Type: application/json", "{", Integer.MAX_VALUE);
              var spaces = " ".repeat(1 << 16).getBytes(StandardCharsets.ISO_8859_1);
              while (true) {
                out.write(spaces);
              }
            },
            Limits.patient());
    assertThat(failure.kind()).isEqualTo(FailureKind.CORRUPT_SOURCE);
    assertThat(failure).hasMessageContaining("longer than a map can be");
  }

  @Test
  void anEndlessWord_isCutOff() {
    var failure =
        failureOfMap(
            SIZE,
            (_, out) ->
                Raw.status(
                    out,
                    200,
                    "application/json",
                    "{\"extents\":[{\"description\":\"" + "x".repeat(1 << 20)),
            Limits.patient());
    assertThat(failure.kind()).isEqualTo(FailureKind.CORRUPT_SOURCE);
    assertThat(failure).hasMessageContaining("its answer is not the JSON of a map");
  }

  @Nested
  class GivenAnOutageThatEnds {
    @ParameterizedTest
    @ValueSource(ints = {429, 500, 502, 503, 504})
    void whenTheFirstMapsAreRefused_thenTheMapIsWhole(int status) {
      assertMap(
          (request, out) -> {
            if (request.number() <= 8) {
              Raw.status(out, status, "text/plain", Raw.MAP_FAILED);
            } else {
              good.answer(request, out);
            }
          });
    }

    @Test
    void whenTheTunnelIsLostInTheMiddle_thenTheMapIsWhole() {
      assertMap(
          (request, out) -> {
            if (request.number() > 3 && request.number() <= 12) {
              Raw.status(out, 500, "text/plain", Raw.MAP_FAILED);
            } else if (request.number() <= 3) {
              extents(request, out, 1);
            } else {
              good.answer(request, out);
            }
          });
    }

    @Test
    void whenAnswersAreCutOff_thenWhatCameIsKept() {
      var cuts = new AtomicInteger();
      assertMap(
          (request, out) -> {
            var whole = page(request.offset(), request.length());
            if (whole.length() > 200) {
              cuts.incrementAndGet();
              // One whole extent and a half.
              Raw.untilClosed(out, "application/json", whole.substring(0, 110));
            } else {
              good.answer(request, out);
            }
          },
          Limits.of(Limits.rate(100, Duration.ofMinutes(1)), Duration.ofMinutes(1)));
      assertThat(cuts).hasValue(CLUSTERS - 2);
    }

    @Test
    void whenTheAnswerIsEmptyOnce_thenTheMapIsWhole() {
      assertMap(
          (request, out) -> {
            if (request.number() == 1) {
              Raw.status(out, 200, "application/json", "");
            } else {
              good.answer(request, out);
            }
          });
    }
  }

  @Nested
  class GivenA500WhereTheDiskShouldEnd {
    @Test
    void whenTheDiskEndsThere_thenItIsBelieved() {
      assertMap(good);
    }

    @Test
    void whenTheDiskIsLarger_thenTheSizeIsRefused() {
      var failure = failureOfMap(SIZE / 2, good, Limits.patient());
      assertThat(failure.kind()).isEqualTo(FailureKind.CORRUPT_SOURCE);
      assertThat(failure).hasMessageContaining("larger than the stated 524288 bytes");
    }

    @Test
    void whenTheDiskIsLargerByASector_thenTheSizeIsRefused() {
      var failure = failureOfMap(SIZE - 512, good, Limits.patient());
      assertThat(failure).hasMessageContaining("larger than the stated 1048064 bytes");
    }

    @Test
    void whenTheDiskIsSmaller_thenTheSizeIsRefused() {
      var failure = failureOfMap(2 * SIZE, good, Limits.patient());
      assertThat(failure.kind()).isEqualTo(FailureKind.CORRUPT_SOURCE);
      assertThat(failure)
          .hasMessageContaining("no map at byte %d of a disk of %d bytes", SIZE, 2 * SIZE)
          .hasMessageContaining("is the size right?");
    }

    @Test
    void whenTheDiskIsLargerAndTheTunnelIsLostAtItsStatedEnd_thenTheTailIsNotLost() {
      // given a 500 for the first probe of the end only, or for all requests for a while
      for (var lost : new int[] {1, 2, 3, 8}) {
        var answers = new AtomicInteger();
        Script script =
            (request, out) -> {
              var isProbe = request.offset() == SIZE / 2 || answers.get() > 0;
              if (isProbe && answers.incrementAndGet() <= lost) {
                Raw.status(out, 500, "text/plain", Raw.MAP_FAILED);
              } else {
                good.answer(request, out);
              }
            };

        // when
        var failure = failureOfMap(SIZE / 2, script, Limits.patient());

        // then
        assertThat(failure).hasMessageContaining("larger than the stated");
      }
    }

    @Test
    void whenNothingAnswersAtTheEnd_thenItIsUnavailableAndNoEnd() {
      var atEnd = new AtomicBoolean();
      var failure =
          failureOfMap(
              SIZE,
              (request, out) -> {
                if (atEnd.get()) {
                  Raw.status(out, 500, "text/plain", Raw.MAP_FAILED);
                } else {
                  atEnd.set(true);
                  good.answer(request, out);
                }
              },
              Limits.outage(SOON));
      assertThat(failure.kind()).isEqualTo(FailureKind.UNAVAILABLE);
      assertThat(failure)
          .hasMessageContaining("map at its end, byte %d within", SIZE)
          .hasMessageContaining("it answered 500");
    }

    @Test
    void whenTheWholeExporterAnswers500_thenTheSizeIsNotBlamed() {
      var failure =
          failureOfMap(
              SIZE,
              (_, out) -> Raw.status(out, 500, "text/plain", Raw.MAP_FAILED),
              Limits.outage(SOON));
      assertThat(failure.kind()).isEqualTo(FailureKind.UNAVAILABLE);
      assertThat(failure).hasMessageContaining("map at byte 0 within").hasMessageContaining("500");
    }
  }

  @ParameterizedTest
  @CsvSource({"true, 0, data", "true, 1, hole", "false, 0, clean", "false, 3, 'dirty,zero'"})
  void aMapOfTheOtherType_isRefused(boolean incremental, int type, String description) {
    Script script =
        (request, out) ->
            Raw.status(
                out,
                200,
                "application/json",
                "{\"extents\":[{\"offset\":%d,\"length\":%d,\"type\":%d,\"description\":\"%s\"}]}"
                    .formatted(request.offset(), request.length(), type, description));
    try (var exporter = LoopbackExporter.start(script);
        var volume = exporter.volume(Limits.patient())) {
      var failure =
          catchThrowableOfType(
              VirtMoverException.class,
              () -> ExportMap.read(volume, new ClusterMap(new Geometry(SIZE, 16)), incremental));
      assertThat(failure.kind()).isEqualTo(FailureKind.INVALID_REQUEST);
      assertThat(failure).hasMessageContaining("status.type");
    }
  }

  private static void extents(LoopbackExporter.Request request, OutputStream out, int clusters)
      throws IOException {
    var length = Math.min(request.length(), (long) clusters << 16);
    Raw.status(out, 200, "application/json", page(request.offset(), length));
  }

  /** A whole answer with an extent per cluster. */
  private static String page(long offset, long length) {
    var text = new StringBuilder("{\"extents\":[");
    for (var at = offset; at < offset + length; at += 1 << 16) {
      text.append(at == offset ? "" : ",")
          .append(
              "{\"offset\":%d,\"length\":%d,\"type\":0,\"description\":\"data\"}"
                  .formatted(at, Math.min(1 << 16, offset + length - at)));
    }
    return text.append("],\"next_offset\":null}\n").toString();
  }

  private static void assertMap(Script script) {
    assertMap(script, Limits.patient());
  }

  private static void assertMap(Script script, ExportTimeouts limits) {
    try (var exporter = LoopbackExporter.start(script);
        var volume = exporter.volume(limits)) {
      var map = new ClusterMap(new Geometry(SIZE, 16));
      ExportMap.read(volume, map, false);
      assertThat(map.count(ClusterStatus.DATA)).isEqualTo(CLUSTERS);
    }
  }

  private static VirtMoverException failureOfMap(long size, Script script, ExportTimeouts limits) {
    try (var exporter = LoopbackExporter.start(script);
        var volume = exporter.volume(limits)) {
      return catchThrowableOfType(
          VirtMoverException.class,
          () -> ExportMap.read(volume, new ClusterMap(new Geometry(size, 16)), false));
    }
  }
}
