// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.backup;

import io.virtmover.agent.export.ExportAccess;
import io.virtmover.agent.export.ExportVolume;
import io.virtmover.agent.progress.Progress;
import io.virtmover.concurrent.Futures;
import io.virtmover.concurrent.Workers;
import io.virtmover.domain.BackupType;
import io.virtmover.domain.CheckpointName;
import io.virtmover.failure.CleanUp;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import io.virtmover.location.ProxyRules;
import io.virtmover.objectstore.ObjectStat;
import io.virtmover.objectstore.ObjectStore;
import io.virtmover.repository.CheckpointEntry;
import io.virtmover.repository.CheckpointRecord;
import io.virtmover.repository.Publisher;
import io.virtmover.repository.RepositoryRoot;
import io.virtmover.repository.VmIndex;
import io.virtmover.repository.VmRepository;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Backs up all disks of a VM at one checkpoint, in parallel, and publishes them together. */
public final class BackupJob {
  /**
   * What a finished backup has to tell.
   *
   * @param memory bytes it had for buffers
   */
  public record Report(
      CheckpointRecord record, List<DiskReport> disks, List<CheckpointName> chain, long memory) {}

  /**
   * What one disk came to.
   *
   * @param bytesRead from the source
   * @param bytesReused already in the bucket from an interrupted run
   */
  public record DiskReport(
      String volume, long virtualSize, long bytesRead, long bytesStored, long bytesReused) {}

  /** A disk whose image is in the bucket. */
  private record Moved(BackupDisk disk, StoredImage image) {}

  /** Each keeps a list of up to 10,000 parts in the heap, which does not grow with the budget. */
  private static final int MOST_DISKS_AT_ONCE = 4;

  private final BackupSpec spec;
  private final CheckpointFiles files;
  private final VmRepository repository;
  private final Clock clock;
  private final String toolVersion;
  private final Progress progress;
  private final MemoryBudget budget;

  public BackupJob(
      BackupSpec spec,
      VmRepository repository,
      Clock clock,
      String toolVersion,
      Progress progress) {
    this.spec = spec;
    this.files = new CheckpointFiles(spec.checkpoint());
    this.repository = repository;
    this.clock = clock;
    this.toolVersion = toolVersion;
    this.progress = progress;
    this.budget = MemoryBudget.of(spec.memory(), progress::warn);
  }

  /**
   * Runs the backup. What a failure leaves is invisible, or says of itself what is visible; nothing
   * is ever taken back, because another run of the same backup may have taken it over.
   */
  public Report run() {
    var disks = openDisks();
    try {
      var index = repository.readIndex();
      var before =
          Futures.both(
              "The backup of VM " + spec.vm(), () -> publisher(index), () -> checkParent(index));
      var publisher = before.one();
      var images = moveDisks(disks, before.other(), publisher.store());
      images.forEach(this::lookAgain);
      return publish(publisher, index, images);
    } finally {
      disks.forEach(BackupDisk::close);
    }
  }

  private Publisher publisher(VmIndex index) {
    var publisher = Publisher.of(repository, index, clock, spec.singleWriter());
    publisher.check(spec.backup(), spec.checkpoint(), spec.type(), spec.parent(), index);
    return publisher;
  }

  private List<BackupDisk> openDisks() {
    var disks = new ArrayList<BackupDisk>();
    try {
      for (var disk : spec.disks()) {
        disks.add(new BackupDisk(disk, open(disk), files.imagePath(spec.vm(), disk.volume())));
      }
      return disks;
    } catch (RuntimeException e) {
      disks.forEach(BackupDisk::close);
      throw e;
    }
  }

  private DiskSource open(BackupSpec.Disk disk) {
    return switch (disk.origin()) {
      case DiskOrigin.PushedFile(var file, var size) -> {
        var source = PushSource.open(file, spec.type());
        size.ifPresent(stated -> checkSize(disk, source, stated));
        yield source;
      }
      case DiskOrigin.Export(var address, var size) -> {
        var access = ExportAccess.of(spec.exportCa(), spec.exportToken());
        var volume = new ExportVolume(address, access, spec.timeouts(), ProxyRules.ofEnvironment());
        yield new PullSource(volume, size, spec.type());
      }
    };
  }

  private static void checkSize(BackupSpec.Disk disk, DiskSource source, long stated) {
    if (stated != source.virtualSize()) {
      var found = source.virtualSize();
      source.close();
      throw new VirtMoverException(
          FailureKind.CORRUPT_SOURCE,
          "Disk %s has %d bytes in %s, not the stated %d."
              .formatted(disk.volume(), found, source.name(), stated));
    }
  }

  /** An increment on a chain that cannot be restored would be worthless. */
  private Map<String, ObjectStat> checkParent(VmIndex index) {
    var objects = repository.objects();
    if (spec.type() == BackupType.INCREMENTAL) {
      var chain = index.chainOf(spec.parent().orElseThrow());
      if (index.find(spec.checkpoint()).isEmpty()) {
        checkSameDisks(chain.getLast());
      }
      repository.checkChain(chain, objects);
    }
    return objects;
  }

  private void checkSameDisks(CheckpointEntry parent) {
    for (var disk : spec.disks()) {
      if (parent.imageOf(disk.volume().value()).isEmpty()) {
        throw broken("disk %s is not in checkpoint %s".formatted(disk.volume(), parent.id()));
      }
    }
    if (parent.files().size() != spec.disks().size()) {
      throw broken(
          "checkpoint %s has %d disks, this backup %d"
              .formatted(parent.id(), parent.files().size(), spec.disks().size()));
    }
  }

  private VirtMoverException broken(String what) {
    return new VirtMoverException(
        FailureKind.CHAIN_BROKEN,
        "Cannot make an increment of VM %s: %s. Make a full.".formatted(spec.vm(), what));
  }

  private List<Moved> moveDisks(
      List<BackupDisk> disks, Map<String, ObjectStat> objects, ObjectStore store) {
    var mostAtOnce = Math.min(MOST_DISKS_AT_ONCE, disks.size());
    var atOnce = Math.clamp(budget.total() / MemoryPlan.LEAST, 1, mostAtOnce);
    var share = budget.total() / atOnce;
    var moved = new ArrayList<Future<Moved>>();
    var stopped = Optional.<RuntimeException>empty();
    try (var workers = Executors.newFixedThreadPool(atOnce, Workers.threads("disk"))) {
      var running = new ExecutorCompletionService<Moved>(workers);
      for (var disk : disks) {
        var backup = diskBackup(disk, objects, store);
        moved.add(
            running.submit(() -> new Moved(disk, backup.run(budget, share, spec.clusterBits()))));
      }
      try {
        for (var i = 0; i < disks.size(); i++) {
          var _ = Futures.await(running.take(), "The backup of VM " + spec.vm());
        }
      } catch (InterruptedException e) {
        stopped = Optional.of(canceled(e));
      } catch (RuntimeException e) {
        stopped = Optional.of(Thread.interrupted() ? canceled(e) : e);
      }
      workers.shutdownNow();
    }
    if (stopped.isPresent()) {
      throw stopped.get();
    }
    return moved.stream().map(Future::resultNow).toList();
  }

  private VirtMoverException canceled(Exception cause) {
    return new VirtMoverException(
        FailureKind.CANCELED,
        "The backup of VM %s was canceled; nothing of it is visible.".formatted(spec.vm()),
        cause);
  }

  private DiskBackup diskBackup(
      BackupDisk disk, Map<String, ObjectStat> objects, ObjectStore store) {
    var key = imageKey(disk);
    var destination =
        new DiskBackup.Destination(
            key,
            RepositoryRoot.extentsPath(key),
            spec.parent().map(parent -> new CheckpointFiles(parent).image(disk.volume())),
            spec.attempt(),
            objects.containsKey(key));
    return new DiskBackup(store, disk.volume().value(), disk.source(), destination, progress);
  }

  private String imageKey(BackupDisk disk) {
    return repository.root().key(disk.imagePath());
  }

  /** Right before the record names them: every object must still be the one that was made. */
  private void lookAgain(Moved moved) {
    var image = moved.image();
    var key = imageKey(moved.disk());
    checkThere(key, image.imageSize(), image.etag());
    image
        .extentsEtag()
        .ifPresent(etag -> checkThere(RepositoryRoot.extentsPath(key), image.extentsSize(), etag));
  }

  private void checkThere(String key, long size, String etag) {
    var found = repository.store().stat(key);
    if (found.filter(stat -> stat.size() == size && stat.etag().equals(etag)).isEmpty()) {
      throw new VirtMoverException(
          FailureKind.CONFLICT,
          "%s was %s before the backup was complete; nothing of the backup is visible. Run it again, and only one at a time."
              .formatted(key, found.isPresent() ? "replaced" : "removed"));
    }
  }

  private Report publish(Publisher publisher, VmIndex index, List<Moved> moved) {
    var record = record(moved);
    try {
      var manifest = publisher.publish(record, index);
      var reports = moved.stream().map(one -> one.disk().report(one.image())).toList();
      return new Report(record, reports, manifest.chain(), budget.total());
    } catch (VirtMoverException e) {
      throw CleanUp.evenIfInterrupted(() -> withWhatIsVisible(publisher, e));
    }
  }

  /** A failure while publishing does not tell by itself how far it came: look. */
  private VirtMoverException withWhatIsVisible(Publisher publisher, VirtMoverException failure) {
    String visible;
    try {
      visible =
          switch (publisher.visible(spec.backup(), spec.checkpoint())) {
            case NOTHING -> "Nothing of backup %s is visible.".formatted(spec.backup());
            case CHECKPOINT ->
                "Checkpoint %s is in the index, but backup %s does not exist: run the same backup again, or go on with the next one, which can build on this checkpoint or on the one before."
                    .formatted(spec.checkpoint(), spec.backup());
            case BACKUP ->
                "Backup %s is complete all the same and can be restored.".formatted(spec.backup());
          };
    } catch (VirtMoverException unknown) {
      failure.addSuppressed(unknown);
      visible =
          "Whether backup %s is visible could not be found out: run the same backup again."
              .formatted(spec.backup());
    }
    return new VirtMoverException(failure.kind(), failure.getMessage() + " " + visible, failure);
  }

  private CheckpointRecord record(List<Moved> moved) {
    return new CheckpointRecord(
        spec.vm(),
        spec.vmUid(),
        spec.checkpoint(),
        spec.type(),
        spec.parent(),
        files.vmBackup(),
        clock.instant().truncatedTo(ChronoUnit.MILLIS).toString(),
        spec.backup(),
        spec.reason(),
        spec.attempt(),
        toolVersion,
        moved.stream().map(one -> one.disk().record(one.image())).toList());
  }
}
