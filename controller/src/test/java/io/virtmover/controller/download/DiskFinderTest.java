// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.download;

import static io.virtmover.failure.Failures.assertFails;
import static org.assertj.core.api.Assertions.assertThat;

import io.virtmover.domain.BackupName;
import io.virtmover.domain.VmRef;
import io.virtmover.domain.VolumeName;
import io.virtmover.failure.FailureKind;
import io.virtmover.objectstore.InMemoryObjectStore;
import io.virtmover.repository.RepositoryRoot;
import io.virtmover.repository.VmRepository;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DiskFinderTest {
  private static final VmRef VM = new VmRef("orders", "web-7");
  private static final String FOLDER = "checkpoints/orders/web-7/";

  private final InMemoryObjectStore store = new InMemoryObjectStore();
  private final RepositoryRoot root = RepositoryRoot.ofPrefix("velero");

  @BeforeEach
  void aBackupOfTwoDisks() {
    plant(FOLDER + "index.json", golden("index.json"));
    plant("manifests/night-1/orders-web-7.json", golden("manifest.json"));
  }

  @Test
  void shouldFindTheDiskByTheClaimsName() {
    // when
    var disk = find("web-7-rootdisk");

    // then
    assertThat(disk).isEqualTo(new Disk(new VolumeName("rootdisk"), OptionalLong.empty()));
  }

  @Test
  void shouldTellTheSizeThatWasRecorded() {
    // given
    plantRecord();

    // when
    var disk = find("web-7-data-disk-1");

    // then
    assertThat(disk).isEqualTo(new Disk(new VolumeName("data-disk-1"), OptionalLong.of(30L << 30)));
  }

  @Test
  void shouldBelieveTheNewestEntryThatHasTheClaim() {
    // given
    var index = golden("index.json");
    var last = index.lastIndexOf("\"web-7-rootdisk\"");
    plant(
        FOLDER + "index.json",
        index.substring(0, last).replace("\"web-7-data-disk-1\"", "\"web-7-rootdisk\"")
            + index.substring(last));

    // when
    var disk = find("web-7-rootdisk");

    // then
    assertThat(disk.volume()).isEqualTo(new VolumeName("data-disk-1"));
  }

  @Test
  void shouldFindTheDiskInTheRecordWhereTheIndexHasNoClaims() {
    // given
    plant(FOLDER + "index.json", golden("index.json").replaceAll("\"web-7-[a-z0-9-]*\"", "\"\""));
    plantRecord();

    // when
    var disk = find("web-7-rootdisk");

    // then
    assertThat(disk.volume()).isEqualTo(new VolumeName("rootdisk"));
  }

  @Test
  void shouldTakeTheVolumeThatIsSaid() {
    // when
    var disk =
        DiskFinder.find(
            new VmRepository(store, root, VM),
            new RestoreSource(
                new BackupName("night-1"), VM, Optional.of(new VolumeName("data-disk-1"))),
            "any");

    // then
    assertThat(disk.volume()).isEqualTo(new VolumeName("data-disk-1"));
  }

  @Test
  void shouldNameTheClaimsThereAreWhenNoneFits() {
    // then
    assertFails(
        () -> find("other"),
        FailureKind.INVALID_REQUEST,
        "has no disk of a claim other; it has web-7-data-disk-1, web-7-rootdisk.");
  }

  @Test
  void shouldRefuseADiskThatWasGoneByTheTimeOfTheBackup() {
    // given
    plant(
        FOLDER + "index.json",
        golden("index.json")
            .replace("night-1-rootdisk.qcow2", "night-1-newdisk.qcow2")
            .replaceFirst("(?s)(.*)\"rootdisk\"", "$1\"newdisk\"")
            .replaceFirst("(?s)(.*)\"web-7-rootdisk\"", "$1\"web-7-newdisk\""));

    // then
    assertFails(
        () -> find("web-7-rootdisk"),
        FailureKind.INVALID_REQUEST,
        "has no disk rootdisk; it has data-disk-1, newdisk.");
  }

  private Disk find(String claim) {
    return DiskFinder.find(
        new VmRepository(store, root, VM),
        new RestoreSource(new BackupName("night-1"), VM, Optional.empty()),
        claim);
  }

  private void plantRecord() {
    plant(FOLDER + "vmb-du-night-1-2026-03-02_02-00-00/checkpoint.json", golden("checkpoint.json"));
  }

  private void plant(String path, String content) {
    store.plant(root.key(path), content.getBytes(StandardCharsets.UTF_8));
  }

  private static String golden(String file) {
    try (var stream = DiskFinderTest.class.getResourceAsStream("/golden/v1/" + file)) {
      return new String(Objects.requireNonNull(stream).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
