// SPDX-License-Identifier: Apache-2.0
package io.virtmover.repository;

import io.virtmover.concurrent.Futures;
import io.virtmover.domain.BackupName;
import io.virtmover.domain.BackupType;
import io.virtmover.domain.CheckpointName;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import io.virtmover.objectstore.ObjectStat;
import io.virtmover.objectstore.ObjectStore;
import io.virtmover.objectstore.WriteCondition;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Makes a checkpoint visible whose images are already there: checkpoint record and tracker, index,
 * manifest list, manifest, in this order. Each step can be repeated; a crash after any of them
 * leaves the old restore points or the new one.
 */
public final class Publisher {
  private static final int RACES = 8;
  private static final int LOOKS_AT_ONCE = 8;

  private record Expected(String key, Predicate<ObjectStat> isTheSame) {}

  private final VmRepository repository;
  private final ObjectStore store;
  private final RepositoryRoot root;
  private final Clock clock;
  private final Map<String, String> marks;
  private final Documents documents;
  private final BackupList backupList;
  private final Manifests manifests;

  private Publisher(VmRepository repository, Clock clock, boolean conditional) {
    this.repository = repository;
    this.store = conditional ? repository.store() : new SingleWriterStore(repository.store());
    this.root = repository.root();
    this.clock = clock;
    this.marks = conditional ? StoreCapabilities.mark(store) : Map.of();
    this.documents = new Documents(store);
    this.backupList = new BackupList(documents, root, clock);
    this.manifests = new Manifests(store, root, repository.vm());
  }

  /**
   * Prepares publishing; tells whether the store guards against a second writer.
   *
   * @param index the VM's index as the backup found it
   * @param singleWriter whether the caller vouches that nobody else writes
   * @throws VirtMoverException {@code UNSUPPORTED} if neither does
   */
  public static Publisher of(
      VmRepository repository, IndexDocument index, Clock clock, boolean singleWriter) {
    var conditional = StoreCapabilities.isGuarded(repository, index, singleWriter);
    return new Publisher(repository, clock, conditional);
  }

  /**
   * The store that a backup's images go to: its conditional writes lose against another writer
   * instead of overwriting what that wrote.
   */
  public ObjectStore store() {
    return store;
  }

  /**
   * Checks what can be known before data moves and would make {@link #publish} fail. A damaged list
   * of the backup's VMs is left to that: looking costs each backup a request, and the next run uses
   * what was moved.
   *
   * @param parent what an increment builds on; empty for a full
   * @throws VirtMoverException {@code CONFLICT} if a name was used for something else, {@code
   *     CHAIN_BROKEN} if the increment cannot be put on the chain, {@code CORRUPT_BACKUP} if a
   *     document is there that cannot be read
   */
  public void check(
      BackupName backup,
      CheckpointName checkpoint,
      BackupType type,
      Optional<CheckpointName> parent,
      VmIndex index) {
    manifests.findAny(backup).ifPresent(there -> checkManifest(there, backup, checkpoint));
    var known = index.find(checkpoint);
    known.ifPresent(entry -> checkSame(entry, type, parent));
    if (known.isEmpty()) {
      parent.ifPresent(builtOn -> checkParent(checkpoint, builtOn, index));
    }
  }

  private void checkManifest(Manifest there, BackupName backup, CheckpointName checkpoint) {
    if (!there.vm().equals(repository.vm()) || !there.chain().getLast().equals(checkpoint)) {
      throw nameTaken(there, backup);
    }
  }

  private VirtMoverException nameTaken(Manifest there, BackupName backup) {
    return new VirtMoverException(
        FailureKind.CONFLICT,
        "%s exists already, for checkpoint %s of VM %s; a backup's name is never used twice: choose another."
            .formatted(manifests.key(backup), there.chain().getLast(), there.vm()));
  }

  private void checkSame(CheckpointEntry entry, BackupType type, Optional<CheckpointName> parent) {
    if (entry.type() != type || !entry.parent().equals(parent)) {
      throw new VirtMoverException(
          FailureKind.CONFLICT,
          "Checkpoint %s of VM %s is in the index already, as %s%s; a checkpoint's name is never used twice."
              .formatted(
                  entry.id(),
                  repository.vm(),
                  entry.type().spelling(),
                  entry.parent().map(on -> " on " + on).orElse("")));
    }
  }

  private void checkParent(CheckpointName checkpoint, CheckpointName parent, VmIndex index) {
    if (index.find(parent).isEmpty()) {
      throw new VirtMoverException(
          FailureKind.CHAIN_BROKEN,
          "Checkpoint %s of VM %s builds on %s, which the index does not have (the latest is %s); make a full."
              .formatted(
                  checkpoint,
                  repository.vm(),
                  parent,
                  index.latest().map(entry -> entry.id().value()).orElse("(none)")));
    }
    new ChainEnd(repository, index)
        .neededAfter(parent)
        .ifPresent(
            later -> {
              throw new VirtMoverException(
                  FailureKind.CHAIN_BROKEN,
                  "Checkpoint %s of VM %s builds on %s, but the latest is %s; make a full."
                      .formatted(checkpoint, repository.vm(), parent, later.id()));
            });
  }

  /**
   * Publishes.
   *
   * @param seen the index as the backup found it
   * @throws VirtMoverException {@code CONFLICT} if another backup of the VM was published meanwhile
   *     or used one of the names, {@code CHAIN_BROKEN} if what the checkpoint builds on is gone.
   *     {@link #visible} tells what a failure has left
   */
  public Manifest publish(CheckpointRecord record, IndexDocument seen) {
    checkNotOvertaken(record, seen.index(), seen.index());
    if (seen.isFreeing(record.id())) {
      throw freed(record, root.key(RepositoryRoot.checkpointFolder(repository.vm(), record.id())));
    }
    var written =
        Futures.both(
            "Writing checkpoint " + record.id(),
            () -> writeRecord(record),
            () -> writeTracker(record));
    var index = writeIndex(written.one(), record.backup(), seen);
    var chain = index.chainOf(record.id()).names();
    var manifest = new Manifest(repository.vm(), record.backup(), chain);
    backupList.add(record, manifest);
    var committed = writeManifest(manifest);
    lookAgain(record);
    return committed;
  }

  /**
   * A collector takes a checkpoint that no manifest needs out of the index, then looks for a
   * manifest, then takes the objects away. So whoever still finds the checkpoint in the index after
   * his manifest is there knows that it was seen (docs/repository-format.md, "Freeing space"). It
   * also finds an index that another product overwrote.
   */
  private void lookAgain(CheckpointRecord record) {
    if (!isEntered(repository.readIndex(), record, record.backup())) {
      throw new VirtMoverException(
          FailureKind.CONFLICT,
          "Checkpoint %s was taken out of the index of VM %s while it was being published; run the backup again."
              .formatted(record.id(), repository.vm()));
    }
  }

  /** How much of a backup the bucket shows. */
  public enum Visible {
    /** Nothing: what was written is named by nobody. */
    NOTHING,
    /** The index has the checkpoint, no manifest needs it; the next increment can build on it. */
    CHECKPOINT,
    /**
     * The manifest is there, but the index has lost what it needs: the backup cannot be restored.
     */
    MANIFEST,
    /** Everything: the backup can be restored. */
    BACKUP
  }

  /** Looks what a publication that failed, or whose answer was lost, has left. */
  public Visible visible(BackupName backup, CheckpointName checkpoint) {
    var manifest =
        manifests.find(backup).filter(found -> found.chain().getLast().equals(checkpoint));
    var index = repository.readIndex();
    if (manifest.isPresent()) {
      var isWhole = manifest.get().chain().stream().allMatch(id -> isIn(index, id));
      return isWhole ? Visible.BACKUP : Visible.MANIFEST;
    }
    return isIn(index, checkpoint) ? Visible.CHECKPOINT : Visible.NOTHING;
  }

  /** The record as it is stored: the one an interrupted attempt has left comes first. */
  private CheckpointRecord writeRecord(CheckpointRecord record) {
    var key = root.key(RepositoryRoot.recordPath(repository.vm(), record.id()));
    if (documents.write(key, RecordCodec.write(record), WriteCondition.ifAbsent(), Map.of())) {
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

  private boolean writeTracker(CheckpointRecord record) {
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
    return documents.write(key, tracker, WriteCondition.always(), Map.of());
  }

  private VmIndex writeIndex(CheckpointRecord record, BackupName backup, IndexDocument seen) {
    var key = root.key(RepositoryRoot.indexPath(repository.vm()));
    var document = seen;
    for (var race = 0; race < RACES; race++) {
      checkNotOvertaken(record, seen.index(), document.index());
      if (isEntered(document.index(), record, backup)) {
        if (document != seen) {
          if (seen.etag().isEmpty()) {
            // An answer was lost: what follows the first write is still to be done.
            checkNotFreed(record, document);
          }
          return document.index();
        }
        // That was seen before the data was moved: others may have changed the index since.
        document = repository.readIndexDocument();
        continue;
      }
      var isFirst = document.etag().isEmpty();
      if (document != seen || isFirst) {
        checkNotFreed(record, document);
      }
      var changed = document.withCheckpoint(record, backup, clock.instant());
      var _ = changed.index().chainOf(record.id());
      if (documents.write(key, changed.json(), document.unchanged(), marks)) {
        if (isFirst) {
          // There may have been one between the two looks, which a collector made and deleted.
          checkNotFreed(record, changed);
        }
        return changed.index();
      }
      Documents.pauseAfter(race);
      document = repository.readIndexDocument();
    }
    throw new VirtMoverException(
        FailureKind.CONFLICT,
        "The index of VM %s kept changing while this backup wanted to enter itself; run it again."
            .formatted(repository.vm()));
  }

  /**
   * Who changed the index meanwhile may have been a collector, and what this run took over from an
   * earlier one may be gone, or about to go. The index is the one that is going to be replaced, so
   * a collector that begins after this look loses the race for it.
   */
  private void checkNotFreed(CheckpointRecord record, IndexDocument document) {
    var recordKey = root.key(RepositoryRoot.recordPath(repository.vm(), record.id()));
    if (document.isFreeing(record.id())) {
      throw freed(record, recordKey);
    }
    var objects = new ArrayList<Expected>();
    objects.add(new Expected(recordKey, _ -> true));
    for (var disk : record.disks()) {
      objects.add(
          new Expected(
              root.key(disk.objectPath()),
              stat -> stat.size() == disk.objectSize() && stat.etag().equals(disk.etag())));
      var extents = disk.extents();
      extents
          .path()
          .ifPresent(
              path ->
                  objects.add(new Expected(root.key(path), stat -> stat.size() == extents.size())));
    }
    Futures.each(
        "Looking at checkpoint " + record.id(),
        objects,
        LOOKS_AT_ONCE,
        object -> checkThere(record, object));
  }

  private void checkThere(CheckpointRecord record, Expected object) {
    if (store.stat(object.key()).filter(object.isTheSame()).isEmpty()) {
      throw freed(record, object.key());
    }
  }

  private VirtMoverException freed(CheckpointRecord record, String key) {
    return new VirtMoverException(
        FailureKind.CONFLICT,
        "What an earlier run left of checkpoint %s of VM %s is being removed (%s). Make a new backup."
            .formatted(record.id(), repository.vm(), key));
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
    // A full builds on nothing: what a collector takes away does not matter to it.
    var isOnlyLess = record.parent().isEmpty() && after.map(id -> isIn(seen, id)).orElse(true);
    if (!before.equals(after) && !isOnlyLess) {
      throw new VirtMoverException(
          FailureKind.CONFLICT,
          "Checkpoint %s of VM %s was published by another backup while %s was being made, which stays"
                  .formatted(
                      after.map(CheckpointName::value).orElse("(none)"),
                      repository.vm(),
                      record.id())
              + " invisible. Only one backup of a VM may run at a time.");
    }
    record.parent().ifPresent(parent -> checkParent(record.id(), parent, now));
  }

  private static boolean isIn(VmIndex index, CheckpointName checkpoint) {
    return index.find(checkpoint).isPresent();
  }

  private static boolean isEntered(VmIndex index, CheckpointRecord record, BackupName backup) {
    return index.find(record.id()).isPresent()
        && index.chainOf(record.id()).checkpoints().stream()
            .allMatch(entry -> entry.referencedBy().contains(backup.value()));
  }

  /** The commit. */
  private Manifest writeManifest(Manifest manifest) {
    if (manifests.write(manifest, clock.instant())) {
      return manifest;
    }
    var before = manifests.findAny(manifest.backup());
    if (before.filter(manifest::equals).isEmpty()) {
      throw nameTaken(before.orElse(manifest), manifest.backup());
    }
    return manifest;
  }
}
