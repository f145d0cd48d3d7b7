// SPDX-License-Identifier: Apache-2.0
package io.virtmover.repository;

import static org.assertj.core.api.Assertions.assertThat;

import io.virtmover.cluster.VeleroNames;
import io.virtmover.domain.BackupName;
import io.virtmover.objectstore.InMemoryObjectStore;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VeleroBackupsTest {
  private static final Instant TAKEN = Instant.parse("2026-03-01T02:00:00Z");
  private static final String LONG =
      "a-schedule-whose-name-is-so-long-that-no-label-can-hold-what-velero-makes-of-it-20260101";

  private final InMemoryObjectStore store =
      new InMemoryObjectStore(Clock.fixed(TAKEN, ZoneOffset.UTC));

  @ParameterizedTest
  @ValueSource(strings = {"", "oadp", "some/where"})
  void oneOfWhichVeleroHasNothing_isForgotten(String prefix) {
    // given
    var root = RepositoryRoot.ofPrefix(prefix);
    var folder = prefix.isEmpty() ? "backups/" : prefix + "/backups/";
    manifest(root, "night-0");
    manifest(root, "night-1");
    manifest(root, VeleroNames.label(LONG));
    plant(folder + "night-1/velero-backup.json");
    plant(folder + LONG + "/velero-backup.json");

    // then
    assertThat(forgotten(root, TAKEN.plus(Duration.ofDays(2))))
        .containsExactly(new BackupName("night-0"));
  }

  @Test
  void whatVeleroHasLeftBesideABackup_isNoBackup() {
    // given
    var root = RepositoryRoot.ofPrefix("oadp");
    manifest(root, "night-0");
    plant("oadp/backups/night-0/night-0-logs.gz");
    plant("oadp/backups/night-0/old/velero-backup.json");

    // then
    assertThat(forgotten(root, TAKEN.plus(Duration.ofDays(2))))
        .containsExactly(new BackupName("night-0"));
    assertThat(new VeleroBackups(store, root).find("night-0")).isEmpty();
  }

  @Test
  void oneThatVeleroMayStillBeTaking_isNotForgotten() {
    // given
    var root = RepositoryRoot.ofPrefix("oadp");
    manifest(root, "night-0");

    // then
    assertThat(forgotten(root, TAKEN.plus(Duration.ofHours(23)))).isEmpty();
    assertThat(forgotten(root, TAKEN.plus(Duration.ofHours(24)))).isNotEmpty();
  }

  @Test
  void oneWithoutManifests_isNone() {
    // given
    var root = RepositoryRoot.ofPrefix("oadp");
    plant(root.key("manifests/night-0/index.json"));
    plant(root.key("manifests/night-1/read.me"));

    // then
    assertThat(forgotten(root, TAKEN.plus(Duration.ofDays(2)))).isEmpty();
  }

  @Test
  void howManyThereAre_doesNotMatterForTheNumberOfRequests() {
    // given
    var root = RepositoryRoot.ofPrefix("oadp");
    for (var i = 0; i < 20; i++) {
      manifest(root, "night-" + i);
    }
    var keys = ManifestKeys.list(store, root);
    var before = store.calls().size();

    // when
    var found = new VeleroBackups(store, root).forgotten(keys, TAKEN.plus(Duration.ofDays(2)));

    // then
    assertThat(found).hasSize(20);
    assertThat(store.calls()).hasSize(before + 1);
  }

  private List<BackupName> forgotten(RepositoryRoot root, Instant now) {
    return new VeleroBackups(store, root).forgotten(ManifestKeys.list(store, root), now);
  }

  private void manifest(RepositoryRoot root, String backup) {
    plant(root.key("manifests/" + backup + "/shop-db-01.json"));
    plant(root.key("manifests/" + backup + "/index.json"));
  }

  private void plant(String key) {
    store.plant(key, new byte[] {'{', '}'});
  }
}
