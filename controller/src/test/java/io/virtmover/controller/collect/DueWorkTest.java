// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.collect;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DueWorkTest {
  private static final Instant BEGAN = Instant.parse("2026-03-01T02:00:00Z");

  private final DueWork due = new DueWork(2);

  @Test
  void ofEachLocation_whatHasWaitedLongestIsKept() {
    // when
    due.add("near", work("third", BEGAN, BEGAN.plusSeconds(30)));
    due.add("near", work("first", BEGAN, BEGAN.plusSeconds(10)));
    due.add("far", work("other", BEGAN, BEGAN.plusSeconds(90)));
    due.add("near", work("second", BEGAN, BEGAN.plusSeconds(20)));

    // then
    assertThat(names())
        .containsEntry("near", List.of("first", "second"))
        .containsEntry("far", List.of("other"));
  }

  @Test
  void newOnes_doNotOvertakeWhatIsTriedAgain() {
    // given
    var late = BEGAN.plus(Duration.ofDays(1));

    // when
    due.add("near", work("new", late, Instant.EPOCH));
    due.add("near", work("newer", late.plusSeconds(1), Instant.EPOCH));
    due.add("near", work("again", BEGAN, late.minusSeconds(1)));

    // then
    assertThat(names()).containsEntry("near", List.of("again", "new"));
  }

  private Map<String, List<String>> names() {
    var names = new LinkedHashMap<String, List<String>>();
    due.forEach(
        (location, works) -> {
          var all = names.computeIfAbsent(location, _ -> new ArrayList<>());
          works.forEach(work -> all.add(work.object().getMetadata().getName()));
        });
    return names;
  }

  private static Work work(String name, Instant made, Instant next) {
    return Work.of(
        new ConfigMapBuilder()
            .withNewMetadata()
            .withName(name)
            .withCreationTimestamp(made.toString())
            .addToAnnotations(Work.NEXT_TRY, next.toString())
            .endMetadata()
            .build());
  }
}
