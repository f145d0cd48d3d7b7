// SPDX-License-Identifier: Apache-2.0
package io.virtmover.repository;

import io.virtmover.domain.CheckpointName;
import io.virtmover.objectstore.ObjectStat;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a listing and the index have of a chain, in one word. A checkpoint keeps that of the chain
 * it was put on, so that the next one sees whether what was looked at then is still as it was
 * (docs/repository-format.md, "What a chain was").
 */
final class ChainDigest {
  private final MessageDigest digest;

  private ChainDigest() {
    try {
      this.digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** That of a chain; empty for a store whose listings do not tell versions of objects apart. */
  static Optional<String> of(RepositoryRoot root, Chain chain, Map<String, ObjectStat> objects) {
    return of(root, chain, chain.checkpoints(), objects);
  }

  /** That of the chain which the latest checkpoint was put on; empty for a full, too. */
  static Optional<String> belowLatest(
      RepositoryRoot root, Chain chain, Map<String, ObjectStat> objects) {
    var below = chain.checkpoints().subList(0, chain.checkpoints().size() - 1);
    return below.isEmpty() ? Optional.empty() : of(root, chain, below, objects);
  }

  private static Optional<String> of(
      RepositoryRoot root,
      Chain chain,
      List<CheckpointEntry> checkpoints,
      Map<String, ObjectStat> objects) {
    var folders = new HashMap<String, SortedMap<String, ObjectStat>>();
    for (var checkpoint : checkpoints) {
      folders.put(folder(root, chain, checkpoint), new TreeMap<>());
    }
    for (var object : objects.entrySet()) {
      var key = object.getKey();
      var folder = folders.get(key.substring(0, key.lastIndexOf('/') + 1));
      if (folder != null) {
        if (object.getValue().etag().isEmpty()) {
          return Optional.empty();
        }
        folder.put(key, object.getValue());
      }
    }
    var texts = new ChainDigest();
    for (var checkpoint : checkpoints) {
      texts.add(checkpoint, folders.getOrDefault(folder(root, chain, checkpoint), new TreeMap<>()));
    }
    return Optional.of(HexFormat.of().formatHex(texts.digest.digest()));
  }

  private static String folder(RepositoryRoot root, Chain chain, CheckpointEntry checkpoint) {
    return root.key(RepositoryRoot.checkpointFolder(chain.vm(), checkpoint.id()));
  }

  private void add(CheckpointEntry checkpoint, SortedMap<String, ObjectStat> objects) {
    add(checkpoint.id().value());
    add(checkpoint.type().spelling());
    add(checkpoint.parent().map(CheckpointName::value).orElse(""));
    add(checkpoint.vmBackup());
    add(checkpoint.files().size());
    for (var file : checkpoint.files()) {
      add(file.objectPath());
      add(file.size());
      add(file.diskName().map(name -> "=" + name).orElse(""));
    }
    add(objects.size());
    for (var stat : objects.values()) {
      add(stat.key());
      add(stat.size());
      add(stat.etag());
    }
  }

  private void add(long number) {
    add(Long.toString(number));
  }

  /** With its length, so that no two sequences of texts look alike. */
  private void add(String text) {
    var bytes = text.getBytes(StandardCharsets.UTF_8);
    digest.update((bytes.length + " ").getBytes(StandardCharsets.UTF_8));
    digest.update(bytes);
  }
}
