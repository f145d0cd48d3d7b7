// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.virtmover.agent.export.LoopbackExporter.Request;
import io.virtmover.agent.export.LoopbackExporter.Script;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The size of a disk of which a bound is known, from a server that answers well or badly. */
@Timeout(120)
class ExportSizeTest {
  private static final Duration SOON = Duration.ofMillis(300);

  /** Not whole grains; small, so that there are few requests to spoil. */
  private static final EmptyDisk DISK = new EmptyDisk(300_032);

  private static final long BOUND = 1 << 20;

  /** How one answer is spoiled. */
  enum Spoiled {
    ERROR,
    UNAVAILABLE,
    NOT_FOUND,
    ABORTED,
    EMPTY,
    SHORT;

    void answer(Request request, OutputStream out) throws IOException {
      switch (this) {
        case ERROR -> EmptyDisk.refuseMap(out);
        case UNAVAILABLE -> Raw.status(out, 503, "text/plain", "not connected\n");
        case NOT_FOUND -> Raw.status(out, 404, "text/html", "<html>no such backend</html>");
        case ABORTED -> abort(request, out);
        case EMPTY -> Raw.status(out, 200, type(request), "");
        case SHORT -> shorten(request, out);
      }
    }

    private static void abort(Request request, OutputStream out) throws IOException {
      if (!request.isMap()) {
        GoodExporter.startData(out);
        Raw.chunk(out, new byte[1000]);
      }
    }

    private static void shorten(Request request, OutputStream out) throws IOException {
      if (request.isMap()) {
        Raw.status(out, 200, type(request), "{\"extents\":[],\"next_offset\":null}");
      } else {
        EmptyDisk.data(1024, out);
      }
    }

    private static String type(Request request) {
      return request.isMap() ? "application/json" : "application/octet-stream";
    }
  }

  @ParameterizedTest
  @CsvSource({
    // Whole grains, and a byte or a sector beside them.
    "1048576, 1048576",
    "1048576, 1048577",
    "1048576, 34359738368",
    "1049088, 1049088",
    "1049088, 34359738368",
    "1048064, 1048576",
    "1048577, 1048577",
    "300001, 1000000",
    // One grain, less and a little more.
    "65536, 65536",
    "65536, 131072",
    "65536, 65537",
    "66048, 131072",
    "512, 512",
    "512, 513",
    "1, 1048576",
    // Very large.
    "512, 8796093022208",
    "8796093021696, 8796093022208",
    "8796093022208, 8796093022208",
    "70368744177664, 70368744177664",
  })
  void theSizeIsFoundBelowItsBound_inFewRequests(long size, long bound) {
    try (var exporter = LoopbackExporter.start(new EmptyDisk(size));
        var volume = exporter.volume(Limits.patient())) {
      // when
      var found = ExportSize.find(volume, bound);

      // then
      assertThat(found).isEqualTo(size);
      assertThat(exporter.requests()).isLessThanOrEqualTo(40);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "1048576, 1048064, 1048576",
    "1048576, 1048575, 1048576",
    "1048576, 983040, 1048576",
    "65537, 65536, 65537",
    "1024, 512, 1024",
    "8796093022208, 1048576, 1114112",
    "70368744177664, 8796093022208, 8796093087744",
  })
  void aDiskThatIsLargerThanItsBound_isRefusedWithBothNumbers(long size, long bound, long known) {
    // when
    var failure = failure(new EmptyDisk(size), bound, Limits.patient());

    // then
    assertThat(failure.kind()).isEqualTo(FailureKind.INVALID_REQUEST);
    assertThat(failure)
        .hasMessageContaining("/exports/d has at least %d bytes", known)
        .hasMessageContaining("is said to have at most %d. Give a larger bound", bound);
  }

  @Test
  void aBoundThatNoDiskHas_isRefusedWithoutAsking() {
    try (var exporter = LoopbackExporter.start(DISK);
        var volume = exporter.volume(Limits.patient())) {
      // when
      var failure =
          catchThrowableOfType(
              VirtMoverException.class, () -> ExportSize.find(volume, Long.MAX_VALUE));

      // then
      assertThat(failure.kind()).isEqualTo(FailureKind.INVALID_REQUEST);
      assertThat(exporter.requests()).isZero();
    }
  }

  @ParameterizedTest
  @EnumSource
  void whicheverAnswerIsSpoiled_theSizeIsTheSame(Spoiled how) {
    var requests = requestsWhenAllIsWell();
    for (var spoiled = 1; spoiled <= requests; spoiled++) {
      // given
      var number = spoiled;
      Script script =
          (request, out) -> {
            if (request.number() == number) {
              how.answer(request, out);
            } else {
              DISK.answer(request, out);
            }
          };

      // then
      assertThat(find(script)).as("answer %d was spoiled", number).isEqualTo(DISK.size());
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 4", "2, 7", "3, 20", "5, 8", "6, 9", "7, 12", "9, 10"})
  void aTunnelThatIsLostForAWhile_doesNotChangeTheSize(int from, int to) {
    Script script =
        (request, out) -> {
          if (request.number() < from || request.number() > to) {
            DISK.answer(request, out);
          } else if (request.isMap()) {
            EmptyDisk.refuseMap(out);
          }
        };
    assertThat(find(script)).isEqualTo(DISK.size());
  }

  @Test
  void aDiskOfWhichMapsAreDeniedOnceEach_isFoundAllTheSame() {
    var denied = ConcurrentHashMap.<Long>newKeySet();
    Script script =
        (request, out) -> {
          if (request.isMap() && request.offset() > 0 && denied.add(request.offset())) {
            EmptyDisk.refuseMap(out);
          } else {
            DISK.answer(request, out);
          }
        };
    assertThat(find(script)).isEqualTo(DISK.size());
  }

  @Test
  void anExporterThatIsGoneFromTheBeginning_isUnavailable() {
    var failure = failure((_, out) -> EmptyDisk.refuseMap(out), BOUND, Limits.outage(SOON));
    assertThat(failure.kind()).isEqualTo(FailureKind.UNAVAILABLE);
    assertThat(failure).hasMessageContaining("map at byte 0").hasMessageContaining("500");
  }

  /** A 500 that goes on may be the end; nothing beside it answers, so it is none. */
  @ParameterizedTest
  @CsvSource({
    "2, data at byte 0",
    "4, data at byte",
    "7, data at byte 262144",
    "12, data at byte 262144"
  })
  void anExporterThatIsGoneForGood_leavesNoSize(int from, String words) {
    // given
    Script script =
        (request, out) -> {
          if (request.number() < from) {
            DISK.answer(request, out);
          } else if (request.isMap()) {
            EmptyDisk.refuseMap(out);
          }
        };

    // when
    var failure = failure(script, BOUND, Limits.outage(SOON));

    // then
    assertThat(failure.kind()).isEqualTo(FailureKind.UNAVAILABLE);
    assertThat(failure).hasMessageContaining(words);
  }

  @Test
  void anEndThatIsNeverRefused_isNoEnd() {
    // given
    Script script =
        (request, out) -> {
          if (request.offset() == DISK.size()) {
            Spoiled.UNAVAILABLE.answer(request, out);
          } else {
            DISK.answer(request, out);
          }
        };

    // when
    var failure = failure(script, BOUND, Limits.outage(SOON));

    // then
    assertThat(failure.kind()).isEqualTo(FailureKind.UNAVAILABLE);
    assertThat(failure)
        .hasMessageContaining("map at its end, byte 300032")
        .hasMessageContaining("503");
  }

  @Test
  void dataThatAlwaysEndsBeforeTheMap_isNoSize() {
    // given
    Script script =
        (request, out) -> {
          if (request.isMap()) {
            DISK.answer(request, out);
          } else {
            EmptyDisk.data(1024, out);
          }
        };

    // when
    var failure = failure(script, BOUND, Limits.patient());

    // then
    assertThat(failure.kind()).isEqualTo(FailureKind.CORRUPT_SOURCE);
    assertThat(failure)
        .hasMessageContaining("its size")
        .hasMessageContaining("it ended its data cleanly at byte 263168, but has a map of it");
  }

  @Test
  void moreDataThanAskedFor_isNoSize() {
    // given
    Script script =
        (request, out) -> {
          if (request.isMap()) {
            DISK.answer(request, out);
          } else {
            EmptyDisk.data(request.length() + 1, out);
          }
        };

    // when
    var failure = failure(script, BOUND, Limits.patient());

    // then
    assertThat(failure.kind()).isEqualTo(FailureKind.CORRUPT_SOURCE);
    assertThat(failure).hasMessageContaining("more bytes than asked for");
  }

  private static int requestsWhenAllIsWell() {
    try (var exporter = LoopbackExporter.start(DISK);
        var volume = exporter.volume(Limits.patient())) {
      var _ = ExportSize.find(volume, BOUND);
      return exporter.requests();
    }
  }

  private static long find(Script script) {
    try (var exporter = LoopbackExporter.start(script);
        var volume = exporter.volume(Limits.patient())) {
      return ExportSize.find(volume, BOUND);
    }
  }

  private static VirtMoverException failure(Script script, long bound, ExportTimeouts limits) {
    try (var exporter = LoopbackExporter.start(script);
        var volume = exporter.volume(limits)) {
      return catchThrowableOfType(VirtMoverException.class, () -> ExportSize.find(volume, bound));
    }
  }
}
