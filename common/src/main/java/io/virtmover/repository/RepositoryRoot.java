// SPDX-License-Identifier: Apache-2.0
package io.virtmover.repository;

import io.virtmover.domain.BackupName;
import io.virtmover.domain.CheckpointName;
import io.virtmover.domain.VmRef;
import java.util.Optional;

/**
 * Where in a bucket everything lies. The root is a sibling of Velero's prefix; with an empty prefix
 * it goes below {@code plugins/}, because Velero makes a location unavailable that has an unknown
 * folder at its top.
 *
 * @param path the root without a slash at its end
 */
public record RepositoryRoot(String path) {
  /** How the key of a checkpoint's record ends. */
  private static final String RECORD = "/checkpoint.json";

  /** The list of a backup's VMs, in its folder. */
  static final String LIST = "index.json";

  private static final String NAME = "kubevirt-datamover";

  /** The root that belongs to a location's prefix (without slashes at its ends). */
  public static RepositoryRoot ofPrefix(String prefix) {
    return new RepositoryRoot(prefix.isEmpty() ? "plugins/" + NAME : prefix + "-" + NAME);
  }

  /** The object key of a path that is relative to the root, as JSON has them. */
  public String key(String relative) {
    return path + "/" + relative;
  }

  /** What the keys of Velero's own backups in the same location begin with. */
  String veleroBackups() {
    return path.endsWith("-" + NAME)
        ? path.substring(0, path.length() - NAME.length() - 1) + "/backups/"
        : "backups/";
  }

  /** Whether a name from a document can be one segment of a key. */
  static boolean isPlainName(String name) {
    return !name.isEmpty()
        && !name.equals(".")
        && !name.equals("..")
        && name.chars().noneMatch(c -> c == '/' || c == '\\' || Character.isISOControl(c));
  }

  static String vmFolder(VmRef vm) {
    return "checkpoints/%s/%s/".formatted(vm.namespace(), vm.name());
  }

  static String indexPath(VmRef vm) {
    return vmFolder(vm) + "index.json";
  }

  /** Whether a key is that of a VM's index, or of a copy of it that was set aside. */
  static boolean isIndex(String indexKey, String key) {
    return key.equals(indexKey) || key.startsWith(indexKey + ".unreadable-");
  }

  static String checkpointFolder(VmRef vm, CheckpointName checkpoint) {
    return vmFolder(vm) + checkpoint + "/";
  }

  /** The checkpoint whose record has this key; empty for any other object of the VM. */
  Optional<String> recordedCheckpoint(VmRef vm, String key) {
    var folder = key(vmFolder(vm));
    return key.startsWith(folder)
            && key.endsWith(RECORD)
            && key.length() > folder.length() + RECORD.length()
        ? Optional.of(key.substring(folder.length(), key.length() - RECORD.length()))
        : Optional.empty();
  }

  static String recordPath(VmRef vm, CheckpointName checkpoint) {
    return vmFolder(vm) + checkpoint + RECORD;
  }

  static String trackerPath(VmRef vm, CheckpointName checkpoint) {
    return checkpointFolder(vm, checkpoint) + "vmbt.json";
  }

  /** Path of a disk's image. */
  static String imagePath(VmRef vm, CheckpointName checkpoint, String fileName) {
    return checkpointFolder(vm, checkpoint) + fileName;
  }

  /** Whether a document's path is the place of a checkpoint's image, and its name a plain one. */
  static boolean isImagePath(String path, VmRef vm, CheckpointName checkpoint, String fileName) {
    return isPlainName(fileName) && path.equals(imagePath(vm, checkpoint, fileName));
  }

  /** Path of the side object that belongs to an image. */
  public static String extentsPath(String imagePath) {
    return imagePath + ".extents";
  }

  static String backupFolder(BackupName backup) {
    return "manifests/" + backup + "/";
  }

  static String backupIndexPath(BackupName backup) {
    return backupFolder(backup) + LIST;
  }

  static String manifestPath(BackupName backup, VmRef vm) {
    return backupFolder(backup) + manifestName(vm);
  }

  /** What a VM's manifest is called in the folder of each of its backups. */
  static String manifestName(VmRef vm) {
    return vm.namespace() + "-" + vm.name() + ".json";
  }
}
