// SPDX-License-Identifier: Apache-2.0
package io.virtmover.repository;

import io.virtmover.objectstore.WriteCondition;
import java.util.Map;

/** Writes a VM's index only over the version that was read. */
final class GuardedIndex {
  private final Manifests manifests;
  private final Documents documents;
  private final String key;
  private final Map<String, String> marks;

  /**
   * @param seen remembers whether the store guards it
   * @param singleWriter whether the caller vouches that nobody else writes
   * @throws io.virtmover.failure.VirtMoverException {@code UNSUPPORTED} if neither does
   */
  GuardedIndex(VmRepository repository, IndexDocument seen, boolean singleWriter) {
    var isGuarded = StoreCapabilities.isGuarded(repository, seen, singleWriter);
    var store = isGuarded ? repository.store() : new SingleWriterStore(repository.store());
    this.documents = new Documents(store);
    this.manifests = new Manifests(store, repository.root(), repository.vm());
    this.key = repository.root().key(RepositoryRoot.indexPath(repository.vm()));
    this.marks = isGuarded ? StoreCapabilities.mark(store) : Map.of();
  }

  /** The VM's manifests, which are written no less guarded. */
  Manifests manifests() {
    return manifests;
  }

  /** False if it is not the version any more that the document was made from. */
  boolean write(IndexDocument changed) {
    return write(changed, changed.unchanged());
  }

  /** The same, over a version that could not be read. */
  boolean write(IndexDocument changed, WriteCondition condition) {
    return documents.write(key, changed.json(), condition, marks);
  }
}
