// SPDX-License-Identifier: Apache-2.0
package io.virtmover.repository;

import io.virtmover.domain.BackupName;
import io.virtmover.domain.BackupType;
import io.virtmover.domain.CheckpointName;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import io.virtmover.objectstore.ObjectStore;
import io.virtmover.objectstore.WriteCondition;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Makes a checkpoint visible whose images are already there: checkpoint record, tracker, index,
 * manifest list, manifest, in this order. Each step can be repeated; a crash after any of them
 * leaves the old restore points or the new one.
 */
public final class Publisher {
  private static final int RACES = 8;

  private final VmRepository repository;
  private final ObjectStore store;
  private final RepositoryRoot root;
  private final Clock clock;
  private final Documents documents;

  private Publisher(VmRepository repository, Clock clock, boolean conditional) {
    this.repository = repository;
    this.store = repository.store();
    this.root = repository.root();
    this.clock = clock;
    this.documents = new Documents(store, conditional);
  }

  /**
   * Prepares publishing; tells whether the store guards against a second writer.
   *
   * @param index the VM's index as the backup found it
   * @param singleWriter whether the caller vouches that nobody else writes
   * @throws VirtMoverException {@code UNSUPPORTED} if neither does
   */
  public static Publisher of(
      VmRepository repository, VmIndex index, Clock clock, boolean singleWriter) {
    var conditional =
        StoreCapabilities.isMarked(repository.store(), index.metadata())
            || StoreCapabilities.honoursConditions(repository.store(), repository.root());
    if (!conditional && !singleWriter) {
      throw new VirtMoverException(
          FailureKind.UNSUPPORTED,
          "%s does not honour conditional writes, so two backups of one VM could destroy each other's"
                  .formatted(repository.store().displayName())
              + " index. If nothing else writes to it, say so with --single-writer.");
    }
    return new Publisher(repository, clock, conditional);
  }

  /** Whether writes of this publisher lose against another writer instead of overwriting it. */
  public boolean isConditional() {
    return documents.conditional();
  }

  /**
   * Publishes.
   *
   * @param seen the index as the backup found it
   * @throws VirtMoverException {@code CONFLICT} if another backup of the VM was published meanwhile
   *     or used one of the names, {@code CHAIN_BROKEN} if what the checkpoint builds on is gone
   */
  public Manifest publish(CheckpointRecord record, VmIndex seen) {
    var index = enter(record, seen);
    var chain = index.chainOf(record.id()).stream().map(CheckpointEntry::id).toList();
    var manifest = new Manifest(repository.vm(), record.backup(), chain);
    new BackupList(documents, root, clock).add(record, manifest);
    return writeManifest(manifest);
  }

  /** Up to the index nothing refers to the checkpoint, so a failure takes back what was written. */
  private VmIndex enter(CheckpointRecord record, VmIndex seen) {
    var created = new ArrayList<String>();
    try {
      var stored = writeRecord(record, created);
      writeTracker(record, created);
      return writeIndex(stored, record.backup(), seen);
    } catch (VirtMoverException e) {
      if (e.kind() == FailureKind.CONFLICT || e.kind() == FailureKind.CHAIN_BROKEN) {
        takeBack(record.id(), created, e);
      }
      throw e;
    }
  }

  private void takeBack(CheckpointName checkpoint, List<String> created, VirtMoverException e) {
    try {
      withdraw(checkpoint, created);
    } catch (VirtMoverException suppressed) {
      e.addSuppressed(suppressed);
    }
  }

  /** The record as it is stored: the one an interrupted attempt has left comes first. */
  private CheckpointRecord writeRecord(CheckpointRecord record, List<String> created) {
    var key = root.key(RepositoryRoot.recordPath(repository.vm(), record.id()));
    if (documents.write(key, record.toJson(), WriteCondition.ifAbsent(), Map.of())) {
      created.add(key);
      return record;
    }
    var before = repository.readRecord(record.id());
    return before
        .filter(record::describesTheSame)
        .orElseThrow(
            () ->
                new VirtMoverException(
                    FailureKind.CONFLICT,
                    "Checkpoint %s of VM %s was stored before, from something else (attempt %s); a"
                            .formatted(
                                record.id(),
                                repository.vm(),
                                before.map(CheckpointRecord::attempt).orElse("unknown"))
                        + " checkpoint's name is never used twice."));
  }

  private void writeTracker(CheckpointRecord record, List<String> created) {
    var tracker = GoJson.object();
    tracker
        .putObject("metadata")
        .put("name", "vmbt-" + repository.vm().name())
        .put("namespace", repository.vm().namespace());
    tracker
        .putObject("spec")
        .putObject("source")
        .put("apiGroup", "kubevirt.io")
        .put("kind", "VirtualMachine")
        .put("name", repository.vm().name());
    tracker.putObject("status").putObject("latestCheckpoint").put("name", record.id().value());
    var key = root.key(RepositoryRoot.trackerPath(repository.vm(), record.id()));
    var _ = documents.write(key, tracker, WriteCondition.always(), Map.of());
    created.add(key);
  }

  private VmIndex writeIndex(CheckpointRecord record, BackupName backup, VmIndex seen) {
    var key = root.key(RepositoryRoot.indexPath(repository.vm()));
    var metadata =
        documents.conditional() ? StoreCapabilities.mark(store) : Map.<String, String>of();
    var index = seen;
    for (var race = 0; race < RACES; race++) {
      checkNotOvertaken(record, seen, index);
      if (isEntered(index, record, backup)) {
        return index;
      }
      var changed = IndexEditor.withCheckpoint(index, record, backup, clock.instant());
      var result = VmIndex.read(repository.vm(), Documents.stored(key, changed));
      var _ = result.chainOf(record.id());
      if (documents.write(key, changed, index.unchanged(), metadata)) {
        return result;
      }
      Documents.pauseAfter(race);
      index = repository.readIndex();
    }
    throw new VirtMoverException(
        FailureKind.CONFLICT,
        "The index of VM %s kept changing while this backup wanted to enter itself; run it again."
            .formatted(repository.vm()));
  }

  /**
   * What builds on the latest checkpoint is worthless after another one; what is in the index
   * already was there first.
   */
  private void checkNotOvertaken(CheckpointRecord record, VmIndex seen, VmIndex now) {
    if (now.find(record.id()).isPresent()) {
      return;
    }
    var before = seen.latest().map(CheckpointEntry::id);
    var after = now.latest().map(CheckpointEntry::id);
    if (!before.equals(after)) {
      throw new VirtMoverException(
          FailureKind.CONFLICT,
          "Checkpoint %s of VM %s was published by another backup while %s was being made; nothing of"
                  .formatted(
                      after.map(CheckpointName::value).orElse("(none)"),
                      repository.vm(),
                      record.id())
              + " it was kept. Only one backup of a VM may run at a time.");
    }
    if (record.type() == BackupType.INCREMENTAL && !record.parent().equals(after)) {
      throw new VirtMoverException(
          FailureKind.CHAIN_BROKEN,
          "Checkpoint %s of VM %s builds on %s, but the latest is %s; make a full."
              .formatted(
                  record.id(),
                  repository.vm(),
                  record.parent().map(CheckpointName::value).orElse("nothing"),
                  after.map(CheckpointName::value).orElse("(none)")));
    }
  }

  private static boolean isEntered(VmIndex index, CheckpointRecord record, BackupName backup) {
    return index.find(record.id()).isPresent()
        && index.chainOf(record.id()).stream()
            .allMatch(entry -> entry.referencedBy().contains(backup.value()));
  }

  /** The commit. */
  private Manifest writeManifest(Manifest manifest) {
    var key = root.key(RepositoryRoot.manifestPath(manifest.backup(), repository.vm()));
    if (documents.write(
        key, manifest.toJson(clock.instant()), WriteCondition.ifAbsent(), Map.of())) {
      return manifest;
    }
    var before = repository.readAnyManifest(manifest.backup());
    if (before.filter(manifest::equals).isEmpty()) {
      throw new VirtMoverException(
          FailureKind.CONFLICT,
          "%s exists already, for another checkpoint or VM (%s); a backup's name is never used twice."
              .formatted(key, before.map(Manifest::vm).orElse(manifest.vm())));
    }
    return manifest;
  }

  /**
   * Removes objects of a backup that was not published.
   *
   * @param keys what this attempt created
   */
  public void withdraw(CheckpointName checkpoint, List<String> keys) {
    if (repository.readIndex().find(checkpoint).isEmpty()) {
      keys.forEach(store::delete);
    }
  }
}
