// SPDX-License-Identifier: Apache-2.0
package io.virtmover.repository;

import io.virtmover.domain.BackupName;
import io.virtmover.domain.CheckpointName;
import io.virtmover.domain.VmRef;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import io.virtmover.objectstore.ObjectStat;
import io.virtmover.objectstore.ObjectStore;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.zip.CRC32C;

/** Reads what the bucket holds of one VM. */
public final class VmRepository {
  private final ObjectStore store;
  private final RepositoryRoot root;
  private final VmRef vm;

  public VmRepository(ObjectStore store, RepositoryRoot root, VmRef vm) {
    this.store = store;
    this.root = root;
    this.vm = vm;
  }

  public ObjectStore store() {
    return store;
  }

  public RepositoryRoot root() {
    return root;
  }

  public VmRef vm() {
    return vm;
  }

  /**
   * The VM's index; an empty one if there is none.
   *
   * @throws VirtMoverException {@code CORRUPT_BACKUP} if there is one that cannot be read
   */
  public VmIndex readIndex() {
    return readIndexDocument().index();
  }

  /** Like {@link #readIndex}, for who is going to change it. */
  public IndexDocument readIndexDocument() {
    return store
        .get(root.key(RepositoryRoot.indexPath(vm)), GoJson.LIMIT)
        .map(object -> IndexDocument.read(vm, object))
        .orElseGet(() -> IndexDocument.none(vm));
  }

  /** Every object of the VM, in one listing. */
  public Map<String, ObjectStat> objects() {
    var objects = new HashMap<String, ObjectStat>();
    store.list(root.key(RepositoryRoot.vmFolder(vm)), stat -> objects.put(stat.key(), stat));
    return objects;
  }

  /**
   * Checks that the disks of a chain's latest checkpoint can be restored, as far as the sizes of
   * its objects and its records tell.
   *
   * @throws VirtMoverException {@code CHAIN_BROKEN}, {@code CORRUPT_BACKUP} or {@code UNSUPPORTED}
   *     naming the first object that is in the way
   */
  public void checkChain(Chain chain, Map<String, ObjectStat> objects) {
    checkChain(chain, objects, facts(objects));
  }

  /**
   * Checks a chain that something is to be put on, like {@link #checkChain}. Where all below the
   * latest checkpoint is listed as it was when that was put on it, only the full's record is read
   * of it: what becomes unreadable with age, as archived or by its key, is so first there.
   *
   * @return {@link ChainDigest} of the chain, for the record of what is put on it
   */
  public Optional<String> checkBase(Chain chain, Map<String, ObjectStat> objects) {
    checkImages(chain, objects);
    var facts = facts(objects);
    var digest = ChainDigest.of(root, chain, objects);
    var known = facts.chainDigest(chain.latest());
    if (known.isPresent() && known.equals(digest.belowLatest())) {
      facts.checkUsable(chain.checkpoints().getFirst());
      for (var file : chain.latest().files()) {
        // The checkpoint right below was looked at together with all that is below it.
        chain.visitImagesOf(
            file, image -> !image.checkpoint().equals(chain.latest()) || facts.isWhole(image));
      }
    } else {
      checkChain(chain, objects, facts);
    }
    return digest.whole();
  }

  void checkChain(Chain chain, Map<String, ObjectStat> objects, CheckpointFacts facts) {
    if (!facts.isRecorded(chain.latest())) {
      // Another product's: its names may not lead from one checkpoint to the next.
      checkImages(chain, objects);
      chain.checkpoints().forEach(facts::checkUsable);
      return;
    }
    for (var file : chain.latest().files()) {
      chain.visitImagesOf(
          file,
          image -> {
            checkImage(image, objects);
            return facts.isWhole(image);
          });
    }
  }

  /**
   * Checks that all images of a chain are there, also those that are hidden by later ones: the Go
   * project restores nothing of a chain that lacks one, and puts nothing onto it.
   *
   * @throws VirtMoverException {@code CHAIN_BROKEN} naming the first that is not there
   */
  private void checkImages(Chain chain, Map<String, ObjectStat> objects) {
    for (var checkpoint : chain.checkpoints()) {
      checkpoint.files().forEach(file -> checkImage(new ChainImage(checkpoint, file), objects));
    }
  }

  /** What the records of the VM's checkpoints say, each checked against this listing. */
  CheckpointFacts facts(Map<String, ObjectStat> objects) {
    return new CheckpointFacts(checkpoint -> checkedRecord(checkpoint, objects));
  }

  private void checkImage(ChainImage image, Map<String, ObjectStat> objects) {
    var file = image.file();
    var key = root.key(file.objectPath());
    var stat = objects.get(key);
    if (stat == null || stat.size() != file.size()) {
      throw new VirtMoverException(
          FailureKind.CHAIN_BROKEN,
          "The image %s of checkpoint %s is %s; the next backup of VM %s has to be a full."
              .formatted(
                  key,
                  image.checkpoint().id(),
                  stat == null
                      ? "missing"
                      : "%d bytes long instead of %d".formatted(stat.size(), file.size()),
                  vm));
    }
  }

  /**
   * What is recorded about a checkpoint, if the listing has it.
   *
   * @throws VirtMoverException {@code CORRUPT_BACKUP} or {@code UNSUPPORTED} if it cannot be read,
   *     contradicts the index or names a side object that the listing does not have
   */
  private Optional<CheckpointRecord> checkedRecord(
      CheckpointEntry entry, Map<String, ObjectStat> objects) {
    if (!objects.containsKey(root.key(RepositoryRoot.recordPath(vm, entry.id())))) {
      return Optional.empty();
    }
    var found = readRecord(entry.id());
    found.ifPresent(record -> checkRecord(entry, record, objects));
    return found;
  }

  private void checkRecord(
      CheckpointEntry entry, CheckpointRecord record, Map<String, ObjectStat> objects) {
    checkAgreement(entry, record);
    for (var disk : record.disks()) {
      var key = root.key(RepositoryRoot.extentsPath(disk.objectPath()));
      var isThere =
          Optional.ofNullable(objects.get(key))
              .filter(stat -> stat.size() == disk.extents().size())
              .isPresent();
      if (disk.extents().inline().isEmpty() && !isThere) {
        throw new VirtMoverException(
            FailureKind.CORRUPT_BACKUP,
            "The side object %s of checkpoint %s is missing or short; restore a backup that does not need it, and make a full."
                .formatted(key, entry.id()));
      }
    }
  }

  /**
   * Checks that index and record tell the same of a checkpoint.
   *
   * @throws VirtMoverException {@code CORRUPT_BACKUP} if they do not
   */
  public void checkAgreement(CheckpointEntry entry, CheckpointRecord record) {
    if (record.type() != entry.type() || !record.parent().equals(entry.parent())) {
      throw new VirtMoverException(
          FailureKind.CORRUPT_BACKUP,
          "The index of VM %s has checkpoint %s as %s on %s, its record as %s on %s; restore a backup that does not need it, and make a full."
              .formatted(
                  vm,
                  entry.id(),
                  entry.type().spelling(),
                  entry.parent().map(Object::toString).orElse("nothing"),
                  record.type().spelling(),
                  record.parent().map(Object::toString).orElse("nothing")));
    }
  }

  /** What is recorded about a checkpoint; empty if another product wrote it. */
  public Optional<CheckpointRecord> readRecord(CheckpointName checkpoint) {
    return store
        .get(root.key(RepositoryRoot.recordPath(vm, checkpoint)), GoJson.LIMIT)
        .map(
            object -> {
              var record = RecordCodec.read(object);
              if (!record.vm().equals(vm) || !record.id().equals(checkpoint)) {
                throw GoJson.unreadable(
                    object.stat().key(),
                    "it describes checkpoint %s of VM %s".formatted(record.id(), record.vm()),
                    RecordCodec.REMEDY,
                    null);
              }
              return record;
            });
  }

  /**
   * The checkpoint that a backup of the VM is of, by its manifest; empty if it has none. Whether it
   * can be restored is not looked at.
   *
   * @throws VirtMoverException {@code CORRUPT_BACKUP} if the manifest cannot be read
   */
  public Optional<CheckpointName> latestOf(BackupName backup) {
    return manifests().find(backup).map(manifest -> manifest.chain().getLast());
  }

  /**
   * A backup's restore point.
   *
   * @throws VirtMoverException {@code INVALID_REQUEST} if the VM has no such backup, {@code
   *     CHAIN_BROKEN} or {@code CORRUPT_BACKUP} if it cannot be restored
   */
  public RestorePoint restorePoint(BackupName backup) {
    var index = readIndex();
    var manifest =
        manifests()
            .find(backup)
            .orElseThrow(
                () ->
                    new VirtMoverException(
                        FailureKind.INVALID_REQUEST,
                        "VM %s has no backup %s in %s/%s; %s"
                            .formatted(
                                vm,
                                backup,
                                store.displayName(),
                                root.path(),
                                describe(backupNames(index)))));
    return restorePoint(index, manifest);
  }

  RestorePoint restorePoint(VmIndex index, Manifest manifest) {
    var chain = new ArrayList<CheckpointEntry>();
    for (var id : manifest.chain()) {
      chain.add(
          index
              .find(id)
              .orElseThrow(
                  () ->
                      new VirtMoverException(
                          FailureKind.CHAIN_BROKEN,
                          "Backup %s of VM %s needs checkpoint %s, which the index does not have; "
                                  .formatted(manifest.backup(), vm, id)
                              + "try 'virtmover rebuild-index'.")));
    }
    return new RestorePoint(manifest.backup(), new Chain(vm, chain));
  }

  /** The restore points that can be used, oldest checkpoint first. */
  public List<RestorePoint> restorePoints() {
    return listRestorePoints().points();
  }

  /** All backups of the VM, and which of them index and manifests say cannot be restored. */
  public RestorePointList listRestorePoints() {
    return new RestorePointFinder(this).find();
  }

  /** Like {@link #listRestorePoints}, with a look at every image's size and every record. */
  public RestorePointList listRestorable() {
    return new RestorePointFinder(this).findRestorable();
  }

  /**
   * The index says which backups may exist ({@code referencedBy} is never proof), a manifest that
   * one does.
   */
  static Set<BackupName> backupNames(VmIndex index) {
    var names = new TreeSet<BackupName>();
    for (var checkpoint : index.checkpoints()) {
      checkpoint.referencedBy().stream()
          .map(VmRepository::backupName)
          .flatMap(Optional::stream)
          .forEach(names::add);
    }
    return names;
  }

  /** Whatever cannot be a backup's name has no manifest either. */
  static Optional<BackupName> backupName(String text) {
    try {
      return Optional.of(new BackupName(text));
    } catch (VirtMoverException e) {
      return Optional.empty();
    }
  }

  private static String describe(Set<BackupName> names) {
    return names.isEmpty()
        ? "it has none."
        : "it has " + names.stream().map(BackupName::value).collect(Collectors.joining(", ")) + ".";
  }

  Manifests manifests() {
    return new Manifests(store, root, vm);
  }

  /**
   * The content of an image's side object, checked.
   *
   * @throws VirtMoverException {@code CORRUPT_BACKUP} if it is not what was recorded
   */
  public ByteBuffer readExtents(CheckpointRecord.Disk disk, int limit) {
    var extents = disk.extents();
    var content =
        extents
            .inline()
            .orElseGet(
                () -> {
                  var key = root.key(RepositoryRoot.extentsPath(disk.objectPath()));
                  return store
                      .get(key, limit)
                      .orElseThrow(
                          () ->
                              new VirtMoverException(
                                  FailureKind.CORRUPT_BACKUP,
                                  key + " is missing. Restore another backup."))
                      .content();
                })
            .duplicate();
    var crc = new CRC32C();
    crc.update(content.duplicate());
    if (content.remaining() != extents.size() || (int) crc.getValue() != extents.crc32c()) {
      throw new VirtMoverException(
          FailureKind.CORRUPT_BACKUP,
          "The side object of %s is damaged: its checksum is not the recorded one."
              .formatted(root.key(disk.objectPath())));
    }
    return content;
  }

  /** The VMs that have something in a location. */
  public static List<VmRef> vms(ObjectStore store, RepositoryRoot root) {
    var vms = new LinkedHashSet<VmRef>();
    var top = root.key("checkpoints/");
    for (var namespace : store.folders(top)) {
      for (var name : store.folders(top + namespace + "/")) {
        vm(namespace, name).ifPresent(vms::add);
      }
    }
    return List.copyOf(vms);
  }

  /** Folders that Kubernetes names cannot have made are somebody else's. */
  static Optional<VmRef> vm(String namespace, String name) {
    try {
      return Optional.of(new VmRef(namespace, name));
    } catch (VirtMoverException e) {
      return Optional.empty();
    }
  }
}
