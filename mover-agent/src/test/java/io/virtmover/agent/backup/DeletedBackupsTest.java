// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.virtmover.domain.BackupName;
import io.virtmover.domain.BackupType;
import io.virtmover.objectstore.InMemoryObjectStore;
import io.virtmover.repository.BackupRemoval;
import io.virtmover.repository.Collector;
import io.virtmover.repository.ManifestKeys;
import io.virtmover.repository.RepositoryRoot;
import io.virtmover.repository.VmRepository;
import io.virtmover.transfer.BackUp;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A full and four increments by the real mover; what stays must restore to the same bytes. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DeletedBackupsTest {
  private static final List<String> ALL = List.of("b0", "b1", "b2", "b3", "b4");
  private static final RepositoryRoot ROOT = RepositoryRoot.ofPrefix("oadp");

  private final PushedVm vm;
  private InMemoryObjectStore store = new InMemoryObjectStore();
  private VmRepository repository = new VmRepository(store, ROOT, BackedUpVm.VM);

  DeletedBackupsTest(@TempDir Path folder) {
    this.vm = new PushedVm(folder);
  }

  @BeforeAll
  void push() throws IOException {
    vm.full("b0", 1);
    for (var i = 1; i < ALL.size(); i++) {
      vm.increment(ALL.get(i - 1), ALL.get(i), 1 + i);
    }
  }

  @BeforeEach
  void backUp() {
    store = new InMemoryObjectStore();
    repository = new VmRepository(store, ROOT, BackedUpVm.VM);
    for (var i = 0; i < ALL.size(); i++) {
      backUp(ALL.get(i), i == 0 ? Optional.empty() : Optional.of(ALL.get(i - 1)));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4})
  void whenOneIsDeleted_theOthersRestoreAndTheChainGoesOn(int position) throws IOException {
    // when
    delete(ALL.get(position));
    collect();

    // then
    assertRestore(without(ALL.get(position)));

    // when: the next increment builds on the latest checkpoint, whoever was deleted
    vm.increment("b4", "b5", 9);
    backUp("b5", Optional.of("b4"));
    collect();

    // then
    var left = new ArrayList<>(without(ALL.get(position)));
    left.add("b5");
    assertRestore(left);
  }

  @Test
  void whenAllAreDeletedOneByOne_nothingStays() throws IOException {
    // given
    var left = new ArrayList<>(ALL);

    // when
    for (var backup : List.of("b2", "b4", "b0", "b3", "b1")) {
      delete(backup);
      left.remove(backup);
      collect();

      // then
      assertRestore(left);
    }
    assertThat(store.keys()).isEmpty();
  }

  @Test
  void whenTheEndOfAnOlderChainIsDeleted_itsSpaceIsFreedAtOnce() throws IOException {
    // given
    vm.full("f", 7);
    backUp("f", Optional.empty());

    // when
    delete("b4");
    delete("b3");
    var collected = collect();

    // then
    assertThat(collected).hasSize(2);
    assertThat(store.keys()).noneMatch(key -> key.contains("/b3") || key.contains("/b4"));
    assertRestore(List.of("b0", "b1", "b2", "f"));
  }

  private static List<String> without(String backup) {
    return ALL.stream().filter(one -> !one.equals(backup)).toList();
  }

  private void backUp(String backup, Optional<String> parent) {
    var type = parent.isPresent() ? BackupType.INCREMENTAL : BackupType.FULL;
    var disks = new ArrayList<BackUp.Disk>();
    vm.pushed(backup).forEach((disk, file) -> disks.add(BackedUpVm.disk(disk, type, file)));
    var _ = BackedUpVm.job(BackedUpVm.task(backup, parent, disks), "attempt", repository).run();
  }

  private void delete(String backup) {
    assertThat(
            new BackupRemoval(store, ROOT, Clock.systemUTC())
                .remove(new BackupName(backup), BackedUpVm.VM, Instant.MAX))
        .isTrue();
  }

  private List<?> collect() {
    var settings = new Collector.Settings(Duration.ZERO, false);
    return new Collector(repository, settings, Clock.offset(Clock.systemUTC(), Duration.ofDays(1)))
        .collect(ManifestKeys.list(store, ROOT))
        .checkpoints();
  }

  private void assertRestore(List<String> backups) throws IOException {
    assertThat(repository.listRestorable().points())
        .extracting(point -> point.backup().value())
        .containsExactlyElementsOf(backups);
    for (var backup : backups) {
      vm.assertRestores(repository, backup, backup, "after deletions");
    }
  }
}
