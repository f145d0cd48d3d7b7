// SPDX-License-Identifier: Apache-2.0
package io.virtmover.repository;

import io.virtmover.domain.CheckpointName;
import io.virtmover.domain.Sha256;
import io.virtmover.objectstore.ObjectStat;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What a listing and the index have of a chain, in one word: key, size and entity tag of every
 * object. A checkpoint keeps that of the chain it was put on, so that the next one sees whether
 * what was looked at then is still as it was (docs/repository-format.md, "What a chain was").
 */
final class ChainDigest {
  private ChainDigest() {}

  static String of(RepositoryRoot root, Chain chain, Map<String, ObjectStat> objects) {
    return of(root, chain, chain.checkpoints(), objects);
  }

  /** That of the chain which the latest checkpoint was put on; empty for a full. */
  static Optional<String> belowLatest(
      RepositoryRoot root, Chain chain, Map<String, ObjectStat> objects) {
    var below = chain.checkpoints().subList(0, chain.checkpoints().size() - 1);
    return below.isEmpty() ? Optional.empty() : Optional.of(of(root, chain, below, objects));
  }

  private static String of(
      RepositoryRoot root,
      Chain chain,
      List<CheckpointEntry> checkpoints,
      Map<String, ObjectStat> objects) {
    var folders = new HashMap<String, SortedSet<String>>();
    objects.forEach(
        (key, stat) ->
            folders
                .computeIfAbsent(key.substring(0, key.lastIndexOf('/') + 1), _ -> new TreeSet<>())
                .add("%s %d %s\n".formatted(key, stat.size(), stat.etag())));
    var text = new StringBuilder();
    for (var checkpoint : checkpoints) {
      text.append(
          "%s %s %s\n"
              .formatted(
                  checkpoint.id(),
                  checkpoint.type().spelling(),
                  checkpoint.parent().map(CheckpointName::value).orElse("")));
      checkpoint
          .files()
          .forEach(file -> text.append("%s %d\n".formatted(file.objectPath(), file.size())));
      var folder = root.key(RepositoryRoot.checkpointFolder(chain.vm(), checkpoint.id()));
      folders.getOrDefault(folder, new TreeSet<>()).forEach(text::append);
    }
    return Sha256.hex(text.toString());
  }
}
