// SPDX-License-Identifier: Apache-2.0
package io.virtmover.repository;

import io.virtmover.domain.BackupName;
import io.virtmover.domain.BackupType;
import io.virtmover.domain.CheckpointName;
import io.virtmover.domain.FullReason;
import io.virtmover.domain.VmRef;
import io.virtmover.domain.VolumeName;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import io.virtmover.objectstore.InMemoryObjectStore;
import io.virtmover.objectstore.PartBody;
import io.virtmover.objectstore.WriteCondition;
import io.virtmover.objectstore.WriteOutcome;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A bucket with the backups of one VM, and short words for what happens to it. */
final class Bucket {
  static final VmRef VM = new VmRef("orders", "web-7");
  static final Instant START = Instant.parse("2026-03-01T02:00:00Z");

  final InMemoryObjectStore store;
  final RepositoryRoot root = RepositoryRoot.ofPrefix("velero");
  final VmRepository repository;

  Bucket() {
    this(VM);
  }

  Bucket(VmRef vm) {
    this(vm, new InMemoryObjectStore(clockAt(0)));
  }

  Bucket(VmRef vm, InMemoryObjectStore store) {
    this.store = store;
    this.repository = new VmRepository(store, root, vm);
  }

  static Clock clockAt(int day) {
    return Clock.fixed(START.plus(Duration.ofDays(day)).plusNanos(120_300_000), ZoneOffset.UTC);
  }

  static CheckpointName id(int day) {
    return new CheckpointName("vmb-du-night-%d-2026-03-%02d_02-00-00".formatted(day, day + 1));
  }

  static BackupName backup(int day) {
    return new BackupName("night-" + day);
  }

  CheckpointRecord full(int day) {
    return record(day, BackupType.FULL, Optional.empty());
  }

  CheckpointRecord increment(int day, int parent) {
    return record(day, BackupType.INCREMENTAL, Optional.of(id(parent)));
  }

  private CheckpointRecord record(int day, BackupType type, Optional<CheckpointName> parent) {
    return record(day, type, parent, "print-" + day);
  }

  CheckpointRecord record(
      int day, BackupType type, Optional<CheckpointName> parent, String fingerprint) {
    return new CheckpointRecord(
        repository.vm(),
        Optional.of("0f2d6c1e-vm"),
        id(day),
        type,
        parent,
        "vmb-du-night-" + day,
        START.plus(Duration.ofDays(day)).plusMillis(100).toString(),
        backup(day),
        type == BackupType.FULL ? Optional.of(FullReason.FIRST_BACKUP) : Optional.empty(),
        Optional.empty(),
        "attempt-" + day,
        "0.1.0",
        List.of(
            disk(day, type, "rootdisk", fingerprint), disk(day, type, "data-disk-1", fingerprint)));
  }

  private CheckpointRecord.Disk disk(int day, BackupType type, String volume, String fingerprint) {
    var fileName = "vmb-du-night-%d-%s.qcow2".formatted(day, volume);
    return new CheckpointRecord.Disk(
        new VolumeName(volume),
        type,
        "web-7-" + volume,
        Optional.of("7c11-" + volume),
        30L << 30,
        1 << 16,
        fileName,
        RepositoryRoot.imagePath(repository.vm(), id(day), fileName),
        image(day, volume).length,
        "\"e7a6\"",
        1L << 20,
        0,
        "pull",
        fingerprint,
        new ExtentsRef(
            Optional.of(ByteBuffer.wrap(new byte[] {1, 2, 3})), Optional.empty(), 3, 0xf130f21e));
  }

  static byte[] image(int day, String volume) {
    return "image of %s on day %d".formatted(volume, day).getBytes(StandardCharsets.UTF_8);
  }

  /** The images are there, nothing else. */
  CheckpointRecord withImages(CheckpointRecord record, int day) {
    record
        .disks()
        .forEach(
            disk ->
                store.plant(
                    root.key(disk.objectPath()), image(day, disk.volume().value()), disk.etag()));
    return record;
  }

  Manifest publishFull(int day) {
    return publish(withImages(full(day), day), day);
  }

  Manifest publishIncrement(int day, int parent) {
    return publish(withImages(increment(day, parent), day), day);
  }

  Manifest publish(CheckpointRecord record, int day) {
    return publish(record, day, repository.readIndexDocument());
  }

  Manifest publish(CheckpointRecord record, int day, IndexDocument seen) {
    return Publisher.of(repository, seen, clockAt(day), false).publish(record, seen);
  }

  void check(CheckpointRecord record, int day) {
    check(record, day, repository.readIndexDocument());
  }

  void check(CheckpointRecord record, int day, IndexDocument seen) {
    Publisher.of(repository, seen, clockAt(day), false)
        .check(record.backup(), record.id(), record.type(), record.parent(), seen.index());
  }

  CheckpointRecord withChainDigest(CheckpointRecord record, String digest) {
    return copy(record, record.backup(), Optional.of(digest), record.disks());
  }

  CheckpointRecord named(CheckpointRecord record, BackupName backup) {
    return copy(record, backup, record.disks());
  }

  CheckpointRecord withDisk(CheckpointRecord record, CheckpointRecord.Disk first) {
    return copy(record, record.backup(), List.of(first, record.disks().getLast()));
  }

  /** Some disks of an increment were read whole. */
  CheckpointRecord withWhole(CheckpointRecord record, String... volumes) {
    return copy(
        record,
        record.backup(),
        record.disks().stream()
            .map(disk -> List.of(volumes).contains(disk.volume().value()) ? whole(disk) : disk)
            .toList());
  }

  private static CheckpointRecord.Disk whole(CheckpointRecord.Disk disk) {
    return copy(disk, BackupType.FULL, disk.etag());
  }

  private static CheckpointRecord.Disk copy(
      CheckpointRecord.Disk disk, BackupType type, String etag) {
    return new CheckpointRecord.Disk(
        disk.volume(),
        type,
        disk.pvc(),
        disk.pvcUid(),
        disk.virtualSize(),
        disk.clusterSize(),
        disk.fileName(),
        disk.objectPath(),
        disk.objectSize(),
        etag,
        disk.dataBytes(),
        disk.zeroBytes(),
        disk.source(),
        disk.fingerprint(),
        disk.extents());
  }

  /** Only these disks. */
  CheckpointRecord withDisks(CheckpointRecord record, String... volumes) {
    return copy(
        record,
        record.backup(),
        record.disks().stream()
            .filter(disk -> List.of(volumes).contains(disk.volume().value()))
            .toList());
  }

  private static CheckpointRecord copy(
      CheckpointRecord record, BackupName backup, List<CheckpointRecord.Disk> disks) {
    return copy(record, backup, record.chainDigest(), disks);
  }

  private static CheckpointRecord copy(
      CheckpointRecord record,
      BackupName backup,
      Optional<String> chainDigest,
      List<CheckpointRecord.Disk> disks) {
    return new CheckpointRecord(
        record.vm(),
        record.vmUid(),
        record.id(),
        record.type(),
        record.parent(),
        record.vmBackup(),
        record.timestamp(),
        backup,
        record.reason(),
        chainDigest,
        record.attempt(),
        record.toolVersion(),
        disks);
  }

  /** A backup as the mover makes it, one request after another; takes over what is there. */
  Manifest backUp(CheckpointRecord record, int day) {
    var seen = repository.readIndexDocument();
    var publisher = Publisher.of(repository, seen, clockAt(day), false);
    publisher.check(record.backup(), record.id(), record.type(), record.parent(), seen.index());
    var disks = record.disks().stream().map(disk -> upload(disk, day)).toList();
    disks.forEach(
        disk -> {
          var stat = store.stat(root.key(disk.objectPath()));
          if (stat.filter(found -> found.etag().equals(disk.etag())).isEmpty()) {
            throw new VirtMoverException(FailureKind.CONFLICT, disk.objectPath() + " was removed");
          }
        });
    return publisher.publish(copy(record, record.backup(), disks), seen);
  }

  private CheckpointRecord.Disk upload(CheckpointRecord.Disk disk, int day) {
    var key = root.key(disk.objectPath());
    var body = PartBody.of(image(day, disk.volume().value()));
    var outcome = store.put(key, body, WriteCondition.ifAbsent(), Map.of());
    var etag =
        switch (outcome) {
          case WriteOutcome.Written written -> written.etag();
          case WriteOutcome.ConditionFailed _ ->
              store
                  .stat(key)
                  .orElseThrow(() -> new VirtMoverException(FailureKind.CONFLICT, key + " went"))
                  .etag();
        };
    return copy(disk, disk.type(), etag);
  }

  /** All that is needed of what has a manifest is there; the names of the backups. */
  List<String> restorableOrFail() {
    var list = repository.listRestorable();
    if (!list.unusable().isEmpty()) {
      throw new AssertionError(list.unusable().getFirst().reason());
    }
    return list.points().stream().map(point -> point.backup().value()).toList();
  }

  ManifestKeys manifestKeys() {
    return ManifestKeys.list(store, root);
  }

  String indexKey() {
    return root.key(RepositoryRoot.indexPath(repository.vm()));
  }

  String manifestKey(int day) {
    return root.key(RepositoryRoot.manifestPath(backup(day), repository.vm()));
  }

  String recordKey(int day) {
    return root.key(RepositoryRoot.recordPath(repository.vm(), id(day)));
  }

  String text(String key) {
    return new String(store.peek(key).orElseThrow(), StandardCharsets.UTF_8);
  }

  void plant(String key, String text) {
    store.plant(key, text.getBytes(StandardCharsets.UTF_8));
  }

  Optional<CheckpointRecord> recordOf(CheckpointEntry checkpoint) {
    return repository.readRecord(checkpoint.id());
  }

  List<String> restorable() {
    return repository.restorePoints().stream().map(point -> point.backup().value()).toList();
  }
}
