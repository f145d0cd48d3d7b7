// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.export;

import static org.assertj.core.api.Assertions.assertThat;

import io.virtmover.agent.export.DiskEnd.Judgement;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whether an offset is a disk's end, by what a server answers to each question about it. */
@Timeout(60)
class DiskEndTest {
  private record Asked(long offset, long length) {}

  private final List<Asked> asked = new CopyOnWriteArrayList<>();

  /**
   * Answers, one by one: {@code m} is a map, {@code e} a map without extents, a number the first
   * digit of a status.
   */
  @ParameterizedTest(name = "{0} means {1}")
  @CsvSource({
    "m5m5m5m, Ends",
    "mm,      GoesOn",
    "m5mm,    GoesOn",
    "m5m5mm,  GoesOn",
    "5,       Unclear",
    "m55,     Unclear",
    "m5m5m55, Unclear",
    "m4,      Unclear",
    "m2,      Unclear",
    "m5m4,    Unclear",
    "e,       Unclear",
    "me,      Unclear",
    "m5m5m5e, Unclear"
  })
  void theEnd_isBelievedOnlyBesideAMap(String answers, String judgement) {
    // when
    var judged = judge(300_000, answers);

    // then
    assertThat(judged.getClass().getSimpleName()).isEqualTo(judgement);
    assertThat(asked).hasSize(answers.length());
  }

  @ParameterizedTest
  @CsvSource({
    "300000, 262144, 37856",
    "262144, 196608, 65536",
    "262145, 262144, 1",
    "512, 0, 512",
    "1, 0, 1"
  })
  void theBytesBefore_areAskedForUpToTheOffset(long offset, long before, long length) {
    // when
    var _ = judge(offset, "m5m5m5m");

    // then
    assertThat(asked.getFirst()).isEqualTo(new Asked(before, length));
    assertThat(asked.get(1).offset()).isEqualTo(offset);
  }

  private Judgement judge(long offset, String answers) {
    try (var server =
            LoopbackExporter.start(
                (request, out) -> {
                  asked.add(new Asked(request.offset(), request.length()));
                  answer(answers.charAt(request.number() - 1), request, out);
                });
        var volume = server.volume(Limits.patient())) {
      return new DiskEnd(volume).judge(offset);
    }
  }

  private static void answer(char how, LoopbackExporter.Request request, OutputStream out)
      throws IOException {
    switch (how) {
      case 'm' ->
          map(
              out,
              "{\"offset\":%d,\"length\":%d,\"type\":0,\"description\":\"data\"}"
                  .formatted(request.offset(), request.length()));
      case 'e' -> map(out, "");
      default -> Raw.status(out, Character.digit(how, 10) * 100, "text/plain", Raw.MAP_FAILED);
    }
  }

  private static void map(OutputStream out, String extents) throws IOException {
    Raw.status(
        out, 200, "application/json", "{\"extents\":[%s],\"next_offset\":null}".formatted(extents));
  }
}
