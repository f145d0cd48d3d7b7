// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.backup;

import io.virtmover.agent.export.ExportAccess;
import io.virtmover.agent.export.ExportTimeouts;
import io.virtmover.agent.export.ExportVolume;
import io.virtmover.agent.progress.Progress;
import io.virtmover.concurrent.Futures;
import io.virtmover.concurrent.Workers;
import io.virtmover.domain.VmRef;
import io.virtmover.failure.CleanUp;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import io.virtmover.location.ProxyRules;
import io.virtmover.objectstore.ObjectStore;
import io.virtmover.repository.CheckpointRecord;
import io.virtmover.repository.ImageNames;
import io.virtmover.repository.IndexDocument;
import io.virtmover.repository.Publisher;
import io.virtmover.repository.RepositoryRoot;
import io.virtmover.repository.VmRepository;
import io.virtmover.transfer.BackUp;
import io.virtmover.transfer.BackUpReport;
import io.virtmover.transfer.DiskNeed;
import io.virtmover.transfer.DiskOrigin;
import io.virtmover.transfer.MoverMemory;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Backs up all disks of a VM at one checkpoint, in parallel, and publishes them together. */
public final class BackupJob {
  /**
   * How a backup is made, whatever is asked for.
   *
   * @param attempt id of this try, carried by every object it writes
   * @param clusterBits log2 of the images' cluster size, where the source does not force smaller
   *     ones
   */
  public record Settings(String attempt, ExportTimeouts timeouts, int clusterBits) {
    /** What is used unless a test wants it otherwise. */
    public static Settings usual(String attempt) {
      return new Settings(attempt, ExportTimeouts.usual(), DiskNeed.USUAL_CLUSTER_BITS);
    }
  }

  /** A disk whose image is in the bucket. */
  private record Moved(BackupDisk disk, StoredImage image) {}

  /** An object of this run, or one that it took over. */
  private record Made(String key, long size, String etag) {}

  /** Each keeps a list of up to 10,000 parts in the heap, which does not grow with the budget. */
  private static final int MOST_DISKS_AT_ONCE = 4;

  private static final int LOOKS_AT_ONCE = 8;

  private final BackUp task;
  private final Settings settings;
  private final VmRepository repository;
  private final VmRef vm;
  private final Clock clock;
  private final String toolVersion;
  private final Progress progress;
  private final MemoryBudget budget;

  public BackupJob(
      BackUp task,
      Settings settings,
      VmRepository repository,
      Clock clock,
      String toolVersion,
      Progress progress) {
    this.task = task;
    this.settings = settings;
    this.repository = repository;
    this.vm = repository.vm();
    this.clock = clock;
    this.toolVersion = toolVersion;
    this.progress = progress;
    this.budget = MemoryBudget.of(task.memory(), progress::warn);
  }

  /**
   * Runs the backup. What a failure leaves is invisible, or says of itself what is visible; nothing
   * is ever taken back, because another run of the same backup may have taken it over.
   */
  public BackUpReport run() {
    var disks = openDisks();
    try {
      var index = repository.readIndexDocument();
      var before =
          Futures.both(
              "The backup of VM " + vm,
              () -> publisher(index),
              () -> new BackupParent(task, repository, progress).look(index.index()));
      var publisher = before.one();
      var parent = before.other();
      var images = moveDisks(disks, parent, publisher.store());
      lookAgain(images);
      return publish(publisher, index, images, parent);
    } finally {
      disks.forEach(BackupDisk::close);
    }
  }

  private Publisher publisher(IndexDocument index) {
    var publisher = Publisher.of(repository, index, clock, task.singleWriter());
    publisher.check(task.backup(), task.checkpoint(), task.type(), task.parent(), index.index());
    return publisher;
  }

  private List<BackupDisk> openDisks() {
    var disks = new ArrayList<BackupDisk>();
    try {
      for (var disk : task.disks()) {
        disks.add(
            new BackupDisk(
                disk, open(disk), ImageNames.imagePath(vm, task.checkpoint(), disk.volume())));
      }
      return disks;
    } catch (RuntimeException e) {
      disks.forEach(BackupDisk::close);
      throw e;
    }
  }

  private DiskSource open(BackUp.Disk disk) {
    return switch (disk.origin()) {
      case DiskOrigin.PushedFile(var file, var size) -> {
        var source = PushSource.open(file, disk.type());
        size.ifPresent(stated -> checkSize(disk, source, stated));
        yield source;
      }
      case DiskOrigin.Export(var address, var size) -> {
        var access = ExportAccess.of(task.exportCa(), task.exportToken());
        var volume =
            new ExportVolume(address, access, settings.timeouts(), ProxyRules.ofEnvironment());
        yield new PullSource(volume, size, disk.type());
      }
    };
  }

  private static void checkSize(BackUp.Disk disk, DiskSource source, long stated) {
    if (stated != source.virtualSize()) {
      var found = source.virtualSize();
      source.close();
      throw new VirtMoverException(
          FailureKind.CORRUPT_SOURCE,
          "Disk %s has %d bytes in %s, not the stated %d."
              .formatted(disk.volume(), found, source.name(), stated));
    }
  }

  private List<Moved> moveDisks(
      List<BackupDisk> disks, BackupParent.Found parent, ObjectStore store) {
    var mostAtOnce = Math.min(MOST_DISKS_AT_ONCE, disks.size());
    var atOnce = Math.clamp(budget.total() / MoverMemory.LEAST, 1, mostAtOnce);
    var share = budget.total() / atOnce;
    var moved = new ArrayList<Future<Moved>>();
    var stopped = Optional.<RuntimeException>empty();
    try (var workers = Executors.newFixedThreadPool(atOnce, Workers.threads("disk"))) {
      var running = new ExecutorCompletionService<Moved>(workers);
      for (var disk : disks) {
        var backup = diskBackup(disk, parent, store);
        moved.add(
            running.submit(
                () -> new Moved(disk, backup.run(budget, share, settings.clusterBits()))));
      }
      try {
        for (var i = 0; i < disks.size(); i++) {
          var _ = Futures.await(running.take(), "The backup of VM " + vm);
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
        "The backup of VM %s was canceled; nothing of it is visible.".formatted(vm),
        cause);
  }

  private DiskBackup diskBackup(BackupDisk disk, BackupParent.Found parent, ObjectStore store) {
    var key = imageKey(disk);
    var destination =
        new DiskBackup.Destination(
            key,
            RepositoryRoot.extentsPath(key),
            parent.backingName(disk.volume()),
            disk.asked().type(),
            settings.attempt(),
            parent.objects().containsKey(key));
    return new DiskBackup(store, disk.volume().value(), disk.source(), destination, progress);
  }

  private String imageKey(BackupDisk disk) {
    return repository.root().key(disk.imagePath());
  }

  /** Right before the record names them: every object must still be the one that was made. */
  private void lookAgain(List<Moved> moved) {
    var objects = new ArrayList<Made>();
    for (var one : moved) {
      var image = one.image();
      var key = imageKey(one.disk());
      objects.add(new Made(key, image.imageSize(), image.etag()));
      image
          .extentsEtag()
          .ifPresent(
              etag ->
                  objects.add(
                      new Made(RepositoryRoot.extentsPath(key), image.extentsSize(), etag)));
    }
    Futures.each("The backup of VM " + vm, objects, LOOKS_AT_ONCE, this::checkThere);
  }

  private void checkThere(Made object) {
    var key = object.key();
    var found = repository.store().stat(key);
    if (found
        .filter(stat -> stat.size() == object.size() && stat.etag().equals(object.etag()))
        .isEmpty()) {
      throw new VirtMoverException(
          FailureKind.CONFLICT,
          "%s was %s before the backup was complete; nothing of the backup is visible. Run it again, and only one at a time."
              .formatted(key, found.isPresent() ? "replaced" : "removed"));
    }
  }

  private BackUpReport publish(
      Publisher publisher, IndexDocument index, List<Moved> moved, BackupParent.Found parent) {
    var record = record(moved, parent);
    try {
      var manifest = publisher.publish(record, index);
      var reports = moved.stream().map(one -> one.disk().report(one.image())).toList();
      return new BackUpReport(
          vm,
          task.backup(),
          task.checkpoint(),
          task.type(),
          manifest.chain(),
          reports,
          parent.gone(),
          budget.total());
    } catch (VirtMoverException e) {
      throw CleanUp.evenIfInterrupted(() -> withWhatIsVisible(publisher, e));
    }
  }

  /** A failure while publishing does not tell by itself how far it came: look. */
  private VirtMoverException withWhatIsVisible(Publisher publisher, VirtMoverException failure) {
    String visible;
    try {
      visible =
          switch (publisher.visible(task.backup(), task.checkpoint())) {
            case NOTHING -> "Nothing of backup %s is visible.".formatted(task.backup());
            case CHECKPOINT ->
                "Checkpoint %s is in the index, but backup %s does not exist: run the same backup again, or go on with the next one, which can build on this checkpoint or on the one before."
                    .formatted(task.checkpoint(), task.backup());
            case MANIFEST ->
                "Backup %s has a manifest, but the index of the VM has lost what it needs, so it cannot be restored: make a new backup, and delete this one."
                    .formatted(task.backup());
            case BACKUP ->
                "Backup %s is complete all the same and can be restored.".formatted(task.backup());
          };
    } catch (VirtMoverException unknown) {
      failure.addSuppressed(unknown);
      visible =
          "Whether backup %s is visible could not be found out: run the same backup again."
              .formatted(task.backup());
    }
    return new VirtMoverException(failure.kind(), failure.getMessage() + " " + visible, failure);
  }

  private CheckpointRecord record(List<Moved> moved, BackupParent.Found parent) {
    return new CheckpointRecord(
        vm,
        task.vmUid(),
        task.checkpoint(),
        task.type(),
        task.parent(),
        ImageNames.of(task.checkpoint()).vmBackup(),
        clock.instant().truncatedTo(ChronoUnit.MILLIS).toString(),
        task.backup(),
        task.reason(),
        parent.chainDigest(),
        settings.attempt(),
        toolVersion,
        moved.stream().map(one -> one.disk().record(one.image())).toList());
  }
}
