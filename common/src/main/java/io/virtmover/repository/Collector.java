// SPDX-License-Identifier: Apache-2.0
package io.virtmover.repository;

import io.virtmover.domain.CheckpointName;
import io.virtmover.domain.VmRef;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import io.virtmover.objectstore.AbandonedUpload;
import io.virtmover.objectstore.MultipartUpload;
import io.virtmover.objectstore.ObjectStat;
import io.virtmover.objectstore.ObjectStore;
import io.virtmover.objectstore.UploadedPart;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.BooleanSupplier;

/**
 * Frees what no backup of a VM needs: marks from the manifests that exist, takes what is not marked
 * out of the index, looks once more for a manifest, and only then takes the objects away. Any
 * number of collectors and backups may run at once; each can be stopped at any request, and the
 * next run ends the work (docs/repository-format.md, "Freeing space").
 */
public final class Collector {
  /**
   * How space is freed.
   *
   * @param grace what is younger stays; should exceed the time that a backup takes
   * @param singleWriter whether the caller vouches that nobody else writes to the store; only
   *     matters where it does not guard against that
   */
  public record Settings(Duration grace, boolean singleWriter) {
    /**
     * @throws VirtMoverException {@code INVALID_REQUEST} if {@code grace} is negative
     */
    public Settings {
      if (grace.isNegative()) {
        throw new VirtMoverException(
            FailureKind.INVALID_REQUEST, "The grace period %s is negative.".formatted(grace));
      }
    }
  }

  private enum End {
    /** What was to go is gone. */
    DONE,
    /** Nothing of the VM is left. */
    ENDED,
    /** The index stays: somebody has begun a backup of a VM of which nothing else was left. */
    VM_STAYS,
    /** Something came between; nothing that it needs was taken away. */
    OVERTAKEN,
    /** The caller says that the VM is in use. */
    BUSY
  }

  private static final int RACES = 8;

  /** For how long another run is believed to be still at work. */
  private static final Duration LONGEST_RUN = Duration.ofDays(1);

  private final VmRepository repository;
  private final ObjectStore store;
  private final Settings settings;
  private final Clock clock;
  private final String indexKey;
  private final Set<String> runs = new HashSet<>();
  private String latestRun = "";

  public Collector(VmRepository repository, Settings settings, Clock clock) {
    this.repository = repository;
    this.store = repository.store();
    this.settings = settings;
    this.clock = clock;
    this.indexKey = repository.root().key(RepositoryRoot.indexPath(repository.vm()));
  }

  /** The VMs that have something in a location, be it an upload that was never completed. */
  public static List<VmRef> vms(ObjectStore store, RepositoryRoot root) {
    var vms = new LinkedHashSet<>(VmRepository.vms(store, root));
    var top = root.key("checkpoints/");
    for (var upload : store.openUploads(top)) {
      var parts = upload.key().substring(top.length()).split("/", 3);
      if (parts.length == 3) {
        VmRepository.vm(parts[0], parts[1]).ifPresent(vms::add);
      }
    }
    return List.copyOf(vms);
  }

  /**
   * Says what {@link #collect} would take away; changes nothing.
   *
   * @throws VirtMoverException as there
   */
  public Collected look(ManifestKeys keys) {
    var plan = plan(keys, clock.instant());
    return collected(plan);
  }

  /**
   * Frees.
   *
   * @param keys as listed not long ago: what is older in it is looked at again
   * @throws VirtMoverException {@code CORRUPT_BACKUP} if the index or a manifest cannot be read, in
   *     which case nothing was taken away; {@code UNSUPPORTED} if the store does not guard the
   *     index and nobody vouches for the only writer; {@code CONFLICT} if the index kept changing
   */
  public Collected collect(ManifestKeys keys) {
    return collect(keys, () -> false).orElseThrow();
  }

  /**
   * Frees unless the VM is in use, which is asked again right before anything is taken away.
   *
   * @return empty if it was, in which case some of it may be gone
   * @throws VirtMoverException as {@link #collect(ManifestKeys)}
   */
  public Optional<Collected> collect(ManifestKeys keys, BooleanSupplier isBusy) {
    var latest = keys;
    var taken = Optional.<Collected>empty();
    for (var race = 0; race < RACES; race++) {
      var now = clock.instant();
      var plan = plan(latest, now);
      if (taken.isPresent() && !plan.endsVm()) {
        return taken.map(one -> one.ofWholeVm(false));
      }
      var collected = taken.isPresent() ? taken.get() : collected(plan);
      if (plan.isEmpty()) {
        return Optional.of(collected);
      }
      switch (free(plan, latest, now, isBusy)) {
        case DONE -> {
          if (!plan.leavesNothing()) {
            return Optional.of(collected);
          }
          // The index is left, which goes by what is there then.
          taken = Optional.of(collected);
        }
        case ENDED -> {
          return Optional.of(collected.ofWholeVm(true));
        }
        case VM_STAYS -> {
          return Optional.of(collected.ofWholeVm(false));
        }
        case BUSY -> {
          return Optional.empty();
        }
        case OVERTAKEN -> {
          Documents.pauseAfter(race);
          latest = ManifestKeys.list(store, repository.root());
        }
      }
    }
    throw new VirtMoverException(
        FailureKind.CONFLICT,
        "The index of VM %s kept changing while space was to be freed; run it again."
            .formatted(repository.vm()));
  }

  /** The index is read first: whoever changes it after that makes the write fail. */
  private CollectionPlan plan(ManifestKeys keys, Instant now) {
    var index = repository.readIndexDocument();
    var manifests = new ArrayList<Manifest>();
    for (var backup : keys.of(repository.vm())) {
      repository.manifests().find(backup).ifPresent(manifests::add);
    }
    var folder = VmFolder.read(repository);
    return new Planner(
            repository.root(),
            index,
            manifests,
            folder,
            now,
            now.minus(settings.grace()),
            run -> runs.contains(run.run()) || run.since().isBefore(now.minus(LONGEST_RUN)))
        .plan();
  }

  private Collected collected(CollectionPlan plan) {
    var inUploads =
        plan.uploads().stream()
            .flatMap(upload -> store.uploadedParts(upload).stream())
            .mapToLong(UploadedPart::size)
            .sum();
    var objects = plan.allObjects();
    return new Collected(
        repository.vm(),
        plan.checkpoints(),
        objects.size(),
        plan.uploads().size(),
        inUploads + objects.stream().mapToLong(ObjectStat::size).sum(),
        plan.leavesNothing(),
        plan.hasMore(),
        plan.lost());
  }

  private End free(CollectionPlan plan, ManifestKeys keys, Instant now, BooleanSupplier isBusy) {
    if (isBusy.getAsBoolean()) {
      return End.BUSY;
    }
    if (!plan.needsIndex() && !plan.endsVm()) {
      plan.uploads().forEach(this::abort);
      return End.DONE;
    }
    var index = new GuardedIndex(repository, plan.seen(), settings.singleWriter());
    if (plan.endsVm()) {
      return end(plan.seen(), index, now);
    }
    if (!index.write(withoutWhatGoes(plan, now))
        || new SecondLook(repository, plan, keys).isNeeded()) {
      return End.OVERTAKEN;
    }
    var end = delete(plan, isBusy);
    if (end == End.DONE) {
      plan.uploads().forEach(this::abort);
      sayDone(index);
    }
    return end;
  }

  /** One checkpoint after another, each after a look whether it is still to go. */
  private End delete(CollectionPlan plan, BooleanSupplier isBusy) {
    for (var going : plan.objects().entrySet()) {
      if (isBusy.getAsBoolean()) {
        return End.BUSY;
      }
      if (!isGoing(going.getKey())) {
        return End.OVERTAKEN;
      }
      going.getValue().forEach(stat -> store.delete(stat.key()));
    }
    return End.DONE;
  }

  /** Whoever writes the index without a condition may have brought an entry back. */
  private boolean isGoing(CheckpointName checkpoint) {
    var document = repository.readIndexDocument();
    return document.index().find(checkpoint).isEmpty()
        && document.freeing().stream()
            .anyMatch(one -> one.run().equals(latestRun) && one.checkpoints().contains(checkpoint));
  }

  private IndexDocument withoutWhatGoes(CollectionPlan plan, Instant now) {
    var freeing = new ArrayList<>(plan.freeing());
    if (!plan.checkpoints().isEmpty()) {
      beginRun();
      freeing.add(plan.claim(latestRun, now));
    }
    return plan.seen().with(plan.entries(), freeing, now);
  }

  private void beginRun() {
    latestRun = UUID.randomUUID().toString();
    runs.add(latestRun);
  }

  private void abort(MultipartUpload upload) {
    new AbandonedUpload(store, upload).end(false);
  }

  /** Nothing is being taken away any more. */
  private void sayDone(GuardedIndex index) {
    for (var race = 0; race < RACES; race++) {
      var document = repository.readIndexDocument();
      var others = document.freeing().stream().filter(one -> !one.run().equals(latestRun)).toList();
      if (others.size() == document.freeing().size()
          || index.write(document.with(document.entries(), others, clock.instant()))) {
        return;
      }
      Documents.pauseAfter(race);
    }
  }

  /**
   * Deletes the index, for which there is no condition. So it is written once more before: whoever
   * read it earlier cannot claim anything in it any more, and who reads it later leaves it alone.
   */
  private End end(IndexDocument seen, GuardedIndex index, Instant now) {
    beginRun();
    var mark = Freeing.ofIndex(repository.vm(), latestRun, now);
    if (!index.write(seen.with(List.of(), List.of(mark), now))) {
      return End.OVERTAKEN;
    }
    if (hasEnded()) {
      return End.ENDED;
    }
    sayDone(index);
    return End.VM_STAYS;
  }

  /**
   * An index is deleted only when nothing else of the VM is there, so whoever could enter something
   * in it would have to begin and finish a backup between two requests. Should that have happened,
   * his record is there, and the index is made anew from it.
   */
  private boolean hasEnded() {
    var document = repository.readIndexDocument();
    var folder = VmFolder.read(repository);
    var isUnchanged = folder.object(indexKey).map(ObjectStat::etag).equals(document.etag());
    var isAlone = folder.checkpoints().isEmpty() && folder.uploads().isEmpty();
    var isLastRun = runs.containsAll(document.freeing().stream().map(Freeing::run).toList());
    if (!isUnchanged || !isAlone || !isLastRun || !document.entries().isEmpty()) {
      return false;
    }
    folder.objects().stream()
        .map(ObjectStat::key)
        .filter(key -> RepositoryRoot.isIndex(indexKey, key))
        .forEach(store::delete);
    if (hasRecords() && repository.readIndexDocument().etag().isEmpty()) {
      var _ = new IndexRebuilder(repository, clock, settings.singleWriter()).rebuild();
    }
    return true;
  }

  private boolean hasRecords() {
    return VmFolder.read(repository).checkpoints().keySet().stream()
        .anyMatch(
            id ->
                store
                    .stat(repository.root().key(RepositoryRoot.recordPath(repository.vm(), id)))
                    .isPresent());
  }
}
