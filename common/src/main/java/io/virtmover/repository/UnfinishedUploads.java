// SPDX-License-Identifier: Apache-2.0
package io.virtmover.repository;

import io.virtmover.objectstore.AbandonedUpload;
import io.virtmover.objectstore.MultipartUpload;
import java.util.List;

/**
 * Multipart uploads that nobody will complete: their run was killed, or never heard that it had
 * opened them. They cost space, and no listing of objects shows them.
 */
public final class UnfinishedUploads {
  private UnfinishedUploads() {}

  /**
   * Ends those of the checkpoints whose names begin with {@code start}. No run of them may be at
   * work any more.
   *
   * @return the keys they were for
   */
  public static List<String> end(VmRepository repository, String start) {
    if (start.isEmpty()) {
      throw new IllegalArgumentException("all checkpoints of a VM are meant by an empty name");
    }
    var store = repository.store();
    var folders = RepositoryRoot.vmFolder(repository.vm()) + start;
    var open = store.openUploads(repository.root().key(folders));
    for (var upload : open) {
      new AbandonedUpload(store, upload).end(true);
    }
    return open.stream().map(MultipartUpload::key).toList();
  }
}
