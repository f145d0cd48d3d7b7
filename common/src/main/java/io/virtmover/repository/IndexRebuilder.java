// SPDX-License-Identifier: Apache-2.0
package io.virtmover.repository;

import io.virtmover.domain.CheckpointName;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import io.virtmover.objectstore.ObjectStat;
import io.virtmover.objectstore.ObjectStore;
import io.virtmover.objectstore.WriteCondition;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Makes a VM's index anew from its checkpoint records. What a readable old index has besides is
 * kept; an unreadable one is set aside under another name first. The manifests of recovered
 * checkpoints are written again where they are missing, and every unreadable one is replaced.
 */
public final class IndexRebuilder {
  /**
   * What was done.
   *
   * @param setAside keys under which unreadable objects that were replaced are kept
   * @param recovered checkpoints the old index did not have
   * @param incomplete checkpoints left out because an image is missing or their parent is
   * @param unreadable checkpoint records that could not be used, with the reason
   * @param manifests backups whose manifest was written
   */
  public record Report(
      List<CheckpointName> checkpoints,
      List<CheckpointName> recovered,
      List<CheckpointName> incomplete,
      List<String> unreadable,
      List<String> manifests,
      List<String> setAside) {
    public Report {
      checkpoints = List.copyOf(checkpoints);
      recovered = List.copyOf(recovered);
      incomplete = List.copyOf(incomplete);
      unreadable = List.copyOf(unreadable);
      manifests = List.copyOf(manifests);
      setAside = List.copyOf(setAside);
    }
  }

  private final VmRepository repository;
  private final ObjectStore store;
  private final RepositoryRoot root;
  private final Clock clock;
  private final boolean singleWriter;
  private final String key;
  private final Manifests manifests;
  private final List<String> unreadable = new ArrayList<>();
  private final List<String> setAside = new ArrayList<>();

  /**
   * @param singleWriter whether the caller vouches that nobody else writes to the store; only
   *     needed where it ignores conditions
   */
  public IndexRebuilder(VmRepository repository, Clock clock, boolean singleWriter) {
    this.repository = repository;
    this.store = repository.store();
    this.root = repository.root();
    this.clock = clock;
    this.singleWriter = singleWriter;
    this.key = root.key(RepositoryRoot.indexPath(repository.vm()));
    this.manifests = repository.manifests();
  }

  /**
   * Rebuilds the index. To be called once.
   *
   * @throws VirtMoverException {@code INVALID_REQUEST} if the VM has no checkpoint records, {@code
   *     CONFLICT} if a backup runs at the same time, {@code UNSUPPORTED} if nothing guards against
   *     that
   */
  public Report rebuild() {
    var objects = repository.objects();
    var old = store.stat(key);
    var readable = old.flatMap(_ -> readable());
    var records = records(objects);
    if (records.isEmpty() && readable.isEmpty()) {
      throw nothingToRebuildFrom();
    }
    var known = readable.orElseGet(() -> IndexDocument.none(repository.vm()));
    var guarded = new GuardedIndex(repository, known, singleWriter);
    records.removeIf(record -> isFreed(known, record));
    var entries = new RecoveredEntries(known);
    var incomplete =
        entries.addAll(records.stream().filter(record -> hasImages(record, objects)).toList());
    records.stream()
        .filter(record -> !hasImages(record, objects) && !entries.has(record.id()))
        .forEach(record -> incomplete.add(record.id()));
    if (old.isPresent() && readable.isEmpty()) {
      setAside.add(SetAside.copy(store, old.get(), clock.instant()));
    }
    var index = write(guarded, known.withEntries(entries.json(), clock.instant()), old);
    return new Report(
        index.checkpoints().stream().map(CheckpointEntry::id).toList(),
        entries.recovered().stream().map(CheckpointRecord::id).toList(),
        incomplete,
        unreadable,
        writeManifests(guarded.manifests(), records, entries, index),
        setAside);
  }

  /** What a collector is taking away belongs to no backup, unless there is one after all. */
  private boolean isFreed(IndexDocument known, CheckpointRecord record) {
    try {
      return known.isFreeing(record.id())
          && manifests
              .find(record.backup())
              .filter(manifest -> manifest.chain().contains(record.id()))
              .isEmpty();
    } catch (VirtMoverException e) {
      if (SetAside.isDamage(e)) {
        return false;
      }
      throw e;
    }
  }

  private VirtMoverException nothingToRebuildFrom() {
    return new VirtMoverException(
        FailureKind.INVALID_REQUEST,
        "VM %s has no usable checkpoint record below %s; there is nothing to rebuild an index from."
            .formatted(repository.vm(), root.key(RepositoryRoot.vmFolder(repository.vm()))));
  }

  private Optional<IndexDocument> readable() {
    try {
      return Optional.of(repository.readIndexDocument());
    } catch (VirtMoverException e) {
      if (SetAside.isDamage(e)) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private List<CheckpointRecord> records(Map<String, ObjectStat> objects) {
    var records = new ArrayList<CheckpointRecord>();
    objects.keySet().stream()
        .sorted()
        .flatMap(name -> root.recordedCheckpoint(repository.vm(), name).stream())
        .forEach(name -> record(name).ifPresent(records::add));
    return records;
  }

  private Optional<CheckpointRecord> record(String folder) {
    try {
      return repository.readRecord(new CheckpointName(folder));
    } catch (VirtMoverException e) {
      if (!SetAside.isDamage(e) && e.kind() != FailureKind.INVALID_REQUEST) {
        throw e;
      }
      unreadable.add(e.getMessage());
      return Optional.empty();
    }
  }

  private boolean hasImages(CheckpointRecord record, Map<String, ObjectStat> objects) {
    return record.disks().stream()
        .allMatch(
            disk -> {
              var stat = objects.get(root.key(disk.objectPath()));
              return stat != null && stat.size() == disk.objectSize();
            });
  }

  private VmIndex write(GuardedIndex index, IndexDocument changed, Optional<ObjectStat> old) {
    var condition =
        old.map(ObjectStat::etag)
            .map(WriteCondition::ifUnchanged)
            .orElseGet(WriteCondition::ifAbsent);
    if (index.write(changed, condition)) {
      return changed.index();
    }
    throw new VirtMoverException(
        FailureKind.CONFLICT,
        "The index of VM %s changed while it was rebuilt; wait for the backup that runs and try again."
            .formatted(repository.vm()));
  }

  /**
   * Missing ones only of what was lost: a known checkpoint without a manifest belongs to a deleted
   * backup.
   */
  private List<String> writeManifests(
      Manifests guarded, List<CheckpointRecord> records, RecoveredEntries entries, VmIndex index) {
    var written = new ArrayList<String>();
    for (var record : records) {
      var isRecovered = entries.recovered().contains(record);
      var chain = chain(index, record);
      if (damaged(record).map(there -> replace(guarded, there, record, chain)).orElse(false)
          || (isRecovered && chain.filter(ids -> wasMissing(guarded, record, ids)).isPresent())) {
        written.add(record.backup().value());
      }
    }
    return written;
  }

  private Optional<ObjectStat> damaged(CheckpointRecord record) {
    try {
      var _ = manifests.findAny(record.backup());
      return Optional.empty();
    } catch (VirtMoverException e) {
      if (!SetAside.isDamage(e)) {
        throw e;
      }
      return store.stat(manifests.key(record.backup()));
    }
  }

  /** Over what is there, not after its deletion: without a manifest a collector frees the data. */
  private boolean replace(
      Manifests guarded,
      ObjectStat damaged,
      CheckpointRecord record,
      Optional<List<CheckpointName>> chain) {
    if (chain.isEmpty()) {
      return false;
    }
    setAside.add(SetAside.copy(store, damaged, clock.instant()));
    return writeManifest(guarded, record, chain.get(), WriteCondition.ifUnchanged(damaged.etag()));
  }

  private boolean wasMissing(
      Manifests guarded, CheckpointRecord record, List<CheckpointName> chain) {
    return writeManifest(guarded, record, chain, WriteCondition.ifAbsent());
  }

  private static Optional<List<CheckpointName>> chain(VmIndex index, CheckpointRecord record) {
    try {
      return Optional.of(index.chainOf(record.id()).names());
    } catch (VirtMoverException e) {
      return Optional.empty();
    }
  }

  private boolean writeManifest(
      Manifests guarded,
      CheckpointRecord record,
      List<CheckpointName> chain,
      WriteCondition condition) {
    var manifest = new Manifest(repository.vm(), record.backup(), chain);
    return guarded.write(manifest, record.instant(), condition);
  }
}
