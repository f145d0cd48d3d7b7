// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.restore;

import io.virtmover.agent.progress.Progress;
import io.virtmover.agent.verify.Subset;
import io.virtmover.agent.verify.VerifyJob;
import io.virtmover.domain.BackupName;
import io.virtmover.domain.VmRef;
import io.virtmover.domain.VolumeName;
import io.virtmover.objectstore.InMemoryObjectStore;
import io.virtmover.repository.RepositoryRoot;
import io.virtmover.repository.VmRepository;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

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

  RestoreJob.Report restore(Path target, RestoreJob.Engine engine) {
    return new RestoreJob(spec(target, engine), repository(), Progress.silent()).run();
  }

  /** How its disk is restored. */
  static RestoreJob.Spec spec(Path target, RestoreJob.Engine engine) {
    return new RestoreJob.Spec(
        new BackupName(BACKUP), new VolumeName("d"), target, engine, 40 << 20, 1L << 30);
  }

  VerifyJob.Report verify() {
    var spec = new VerifyJob.Spec(Optional.empty(), Optional.empty(), Subset.whole());
    return new VerifyJob(spec, repository(), Progress.silent()).run();
  }

  static List<RestoreJob.Engine> engines() {
    return List.of(RestoreJob.Engine.values());
  }

  private static byte[] bytes(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
