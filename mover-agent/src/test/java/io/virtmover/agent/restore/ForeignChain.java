// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.restore;

import io.virtmover.agent.progress.Progress;
import io.virtmover.agent.verify.VerifyJob;
import io.virtmover.domain.BackupName;
import io.virtmover.domain.VmRef;
import io.virtmover.domain.VolumeName;
import io.virtmover.objectstore.InMemoryObjectStore;
import io.virtmover.repository.RepositoryRoot;
import io.virtmover.repository.VmRepository;
import io.virtmover.transfer.Restore;
import io.virtmover.transfer.RestoreReport;
import io.virtmover.transfer.Subset;
import io.virtmover.transfer.Verify;
import io.virtmover.transfer.VerifyReport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** A bucket with one chain of one disk as another writer leaves it: images, index, manifest. */
final class ForeignChain {
  static final String FOLDER = "checkpoints/shop/db-01/";
  private static final String BACKUP = "nightly";
  private static final String TIME = "2026-01-11T01:00:03Z";

  final InMemoryObjectStore store = new InMemoryObjectStore();
  private final RepositoryRoot root = RepositoryRoot.ofPrefix("oadp");

  /** Puts images there, the full first. */
  static ForeignChain of(Path... images) {
    var chain = new ForeignChain();
    var checkpoints = new ArrayList<String>();
    var ids = new ArrayList<String>();
    for (var i = 0; i < images.length; i++) {
      var bytes = bytes(images[i]);
      var path = FOLDER + "c%d/b%d-d.qcow2".formatted(i, i);
      chain.store.plant(chain.root.key(path), bytes);
      checkpoints.add(checkpoint(i, path, bytes.length));
      ids.add("\"c%d\"".formatted(i));
    }
    chain.plant(
        FOLDER + "index.json",
        """
        {"vmName":"db-01","namespace":"shop","checkpoints":[%s],"lastUpdated":"%s"}"""
            .formatted(String.join(",", checkpoints), TIME));
    chain.plant(
        "manifests/%s/shop-db-01.json".formatted(BACKUP),
        """
        {"namespace":"shop","name":"db-01","checkpointChain":[%s],"backupName":"%s","timestamp":"%s"}"""
            .formatted(String.join(",", ids), BACKUP, TIME));
    return chain;
  }

  private static String checkpoint(int number, String path, int size) {
    return """
    {"id":"c%d","type":"%s",%s"timestamp":"%s","vmBackup":"b%d","files":[\
    {"filename":"b%d-d.qcow2","diskName":"d","size":%d,"objectPath":"%s"}],\
    "pvcs":["d"],"pvcSizes":["100Gi"],"referencedBy":["%s"]}"""
        .formatted(
            number,
            number == 0 ? "Full" : "Incremental",
            number == 0 ? "" : "\"parent\":\"c%d\",".formatted(number - 1),
            TIME,
            number,
            number,
            size,
            path,
            BACKUP);
  }

  private void plant(String path, String text) {
    store.plant(root.key(path), text.getBytes(StandardCharsets.UTF_8));
  }

  VmRepository repository() {
    return new VmRepository(store, root, new VmRef("shop", "db-01"));
  }

  RestoreReport restore(Path target, Restore.Engine engine) {
    return new RestoreJob(
            task(target, engine), RestoreJob.CHECKPOINT_EVERY, repository(), Progress.silent())
        .run();
  }

  /** How its disk is restored. */
  static Restore task(Path target, Restore.Engine engine) {
    return new Restore(
        new BackupName(BACKUP), new VolumeName("d"), target, engine, OptionalLong.empty());
  }

  VerifyReport verify() {
    var task = new Verify(Optional.empty(), Optional.empty(), Subset.whole());
    return new VerifyJob(task, repository(), Progress.silent()).run();
  }

  static List<Restore.Engine> engines() {
    return List.of(Restore.Engine.values());
  }

  private static byte[] bytes(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
