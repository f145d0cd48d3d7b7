// SPDX-License-Identifier: Apache-2.0
package io.virtmover.repository;

import java.util.Map;

/** Writes a VM's index only over the version that was read. */
final class GuardedIndex {
  private final Documents documents;
  private final String key;
  private final Map<String, String> marks;

  /**
   * @param seen remembers whether the store guards it
   * @param singleWriter whether the caller vouches that nobody else writes
   * @throws io.virtmover.failure.VirtMoverException {@code UNSUPPORTED} if neither does
   */
  GuardedIndex(VmRepository repository, IndexDocument seen, boolean singleWriter) {
    var store = repository.store();
    var isGuarded = StoreCapabilities.isGuarded(repository, seen, singleWriter);
    this.documents = new Documents(isGuarded ? store : new SingleWriterStore(store));
    this.key = repository.root().key(RepositoryRoot.indexPath(repository.vm()));
    this.marks = isGuarded ? StoreCapabilities.mark(store) : Map.of();
  }

  /** False if it is not the version any more that the document was made from. */
  boolean write(IndexDocument changed) {
    return documents.write(key, changed.json(), changed.unchanged(), marks);
  }
}
