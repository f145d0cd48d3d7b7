// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.collect;

import static org.assertj.core.api.Assertions.assertThat;

import io.virtmover.controller.FakeApi;
import io.virtmover.controller.config.SomeConfig;
import io.virtmover.deletion.Tombstone;
import io.virtmover.domain.BackupName;
import io.virtmover.domain.VmRef;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TombstonesTest {
  private static final String FOLDER = "/api/v1/namespaces/velero/configmaps/";

  private FakeApi api;
  private Tombstones tombstones;

  @BeforeEach
  void start() throws IOException {
    api = new FakeApi();
    tombstones = new Tombstones(api.client(), SomeConfig.with(Map.of()));
    api.put(
        FOLDER + "one",
        """
        {"apiVersion": "v1", "kind": "ConfigMap",
         "metadata": {"name": "one", "namespace": "velero", "resourceVersion": "7", "labels": {"virtmover.io/tombstone": "true"}},
         "data": {"backup": "nightly-2", "backupUid": "uid-1", "vmNamespace": "shop", "vmName": "db-01", "location": "default"}}
        """);
    api.put(
        FOLDER + "other",
        """
        {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "other", "namespace": "velero"}}
        """);
  }

  @AfterEach
  void stop() {
    api.close();
  }

  @Test
  void onlyTombstones_areFound() {
    assertThat(list())
        .singleElement()
        .satisfies(
            work ->
                assertThat(work.tombstone())
                    .isEqualTo(
                        new Tombstone(
                            new BackupName("nightly-2"),
                            "uid-1",
                            new VmRef("shop", "db-01"),
                            "default")));
  }

  @Test
  void whatFailed_isKeptWithItsReason() {
    // given
    var now = Instant.parse("2026-03-01T02:00:00Z");
    var work = list().getFirst();

    // when
    tombstones.put(work, work.failed(now, "The bucket is away."));

    // then
    var again = list().getFirst();
    assertThat(again.failures()).isEqualTo(1);
    assertThat(again.isDue(now)).isFalse();
    assertThat(again.object().getMetadata().getAnnotations())
        .containsEntry(Work.REASON, "The bucket is away.");
    assertThat(again.tombstone()).isEqualTo(work.tombstone());
  }

  @Test
  void moreThanFitIntoAPage_areAllFound() {
    // given
    for (var i = 0; i < 1100; i++) {
      api.put(
          FOLDER + "more-" + i,
          """
          {"apiVersion": "v1", "kind": "ConfigMap",
           "metadata": {"name": "more-%d", "namespace": "velero", "resourceVersion": "7", "labels": {"virtmover.io/tombstone": "true"}}}
          """
              .formatted(i));
    }

    // then
    assertThat(list())
        .hasSize(1101)
        .extracting(work -> work.object().getMetadata().getName())
        .doesNotHaveDuplicates()
        .doesNotContain("other");
  }

  @Test
  void oneThatIsGoneMeanwhile_isNoError() {
    // given
    var now = Instant.parse("2026-03-01T02:00:00Z");
    var work = list().getFirst();
    tombstones.put(work, new Work.Next.Done());

    // when
    tombstones.put(work, work.failed(now, "The bucket is away."));
    tombstones.put(work, new Work.Next.Done());

    // then
    assertThat(list()).isEmpty();
  }

  @Test
  void thePlaceOfItsLocation_isKept() {
    // given
    var work = list().getFirst();

    // when
    tombstones.put(work.at("bucket/prefix"), work.waits(Instant.EPOCH, Duration.ZERO, "why"));

    // then
    assertThat(list().getFirst().place()).contains("bucket/prefix");
  }

  @Test
  void whatIsDone_goes() {
    // when
    tombstones.put(list().getFirst(), new Work.Next.Done());

    // then
    assertThat(list()).isEmpty();
    assertThat(api.get(FOLDER + "other")).isPresent();
  }

  private List<Work> list() {
    var works = new ArrayList<Work>();
    tombstones.forEach(works::add);
    return works;
  }
}
