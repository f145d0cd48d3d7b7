// SPDX-License-Identifier: Apache-2.0
package io.virtmover.repository;

import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import java.util.function.Consumer;

/** Reads one kind of document through the front door, and rewrites it where the product does. */
enum DocumentReader {
  INDEX {
    @Override
    String key() {
      return new Bucket().indexKey();
    }

    @Override
    void use(Bucket bucket) {
      var index = bucket.repository.readIndexDocument();
      bucket.publish(bucket.withImages(bucket.full(9), 9), 9, index);
      bucket.repository.readIndex().checkpoints().forEach(entry -> tryChain(bucket, entry));
    }
  },
  MANIFEST {
    @Override
    String key() {
      return new Bucket().manifestKey(0);
    }

    @Override
    void use(Bucket bucket) {
      var _ = bucket.repository.manifests().find(Bucket.backup(0));
    }
  },
  RECORD {
    @Override
    String key() {
      return new Bucket().recordKey(0);
    }

    @Override
    void use(Bucket bucket) {
      bucket
          .repository
          .readRecord(Bucket.id(0))
          .ifPresent(
              record ->
                  record.disks().forEach(disk -> bucket.repository.readExtents(disk, 1 << 20)));
    }
  },
  LIST {
    @Override
    String key() {
      return new Bucket().root.key(RepositoryRoot.backupIndexPath(Bucket.backup(0)));
    }

    @Override
    void use(Bucket bucket) {
      bucket.publishFull(0);
    }
  };

  /** The first word of a corpus file's name says what it is. */
  static DocumentReader of(String name) {
    return switch (name.substring(0, name.indexOf('-'))) {
      case "index" -> INDEX;
      case "manifest" -> MANIFEST;
      case "record" -> RECORD;
      case "list" -> LIST;
      default -> throw new IllegalArgumentException(name);
    };
  }

  abstract String key();

  abstract void use(Bucket bucket);

  void read(byte[] document) {
    var bucket = new Bucket();
    bucket.store.plant(key(), document);
    use(bucket);
  }

  private static void tryChain(Bucket bucket, CheckpointEntry entry) {
    Consumer<CheckpointEntry> layers = checkpoint -> checkpoint.imageOf("rootdisk");
    try {
      bucket.repository.readIndex().chainOf(entry.id()).checkpoints().forEach(layers);
    } catch (VirtMoverException e) {
      if (e.kind() != FailureKind.CHAIN_BROKEN) {
        throw e;
      }
    }
  }
}
