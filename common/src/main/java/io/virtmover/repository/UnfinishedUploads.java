// SPDX-License-Identifier: Apache-2.0
package io.virtmover.repository;

import io.virtmover.objectstore.AbandonedUpload;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Multipart uploads that nobody will complete: their run was killed, or never heard that it had
 * opened them. They cost space, and no listing of objects shows them.
 */
public final class UnfinishedUploads {
  private UnfinishedUploads() {}

  /**
   * Ends those of the checkpoints whose names begin with {@code start}. No run of them may be at
   * work any more. A store that takes a prefix for a whole key (MinIO) shows none of them; it ends
   * them itself after a day.
   *
   * @param patience after which no further one is begun with
   * @return the keys of those that were ended
   */
  public static List<String> end(VmRepository repository, String start, Duration patience) {
    if (start.isEmpty()) {
      throw new IllegalArgumentException("all checkpoints of a VM are meant by an empty name");
    }
    var store = repository.store();
    var folders = RepositoryRoot.vmFolder(repository.vm()) + start;
    var began = System.nanoTime();
    var ended = new ArrayList<String>();
    for (var upload : store.openUploads(repository.root().key(folders))) {
      if (System.nanoTime() - began > patience.toNanos()) {
        break;
      }
      new AbandonedUpload(store, upload).end(true);
      ended.add(upload.key());
    }
    return ended;
  }
}
