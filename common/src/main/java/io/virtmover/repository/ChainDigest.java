// SPDX-License-Identifier: Apache-2.0
package io.virtmover.repository;

import io.virtmover.domain.CheckpointName;
import io.virtmover.domain.Sha256;
import io.virtmover.objectstore.ObjectStat;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a listing and the index have of a chain, in one word each. A checkpoint keeps that of the
 * chain it was put on, so that the next one sees whether what was looked at then is still as it was
 * (docs/repository-format.md, "What a chain was").
 *
 * @param belowLatest of what the latest checkpoint was put on; empty for a full
 * @param whole of all of it; both are empty where the store lists an object without a tag
 */
record ChainDigest(Optional<String> belowLatest, Optional<String> whole) {
  private static final ChainDigest UNKNOWN = new ChainDigest(Optional.empty(), Optional.empty());

  static ChainDigest of(RepositoryRoot root, Chain chain, Map<String, ObjectStat> objects) {
    var folders = new HashMap<String, SortedMap<String, ObjectStat>>();
    for (var checkpoint : chain.checkpoints()) {
      folders.put(folder(root, chain, checkpoint), new TreeMap<>());
    }
    for (var stat : objects.values()) {
      var folder = folders.get(stat.key().substring(0, stat.key().lastIndexOf('/') + 1));
      if (folder != null) {
        if (stat.etag().isEmpty()) {
          return UNKNOWN;
        }
        folder.put(stat.key(), stat);
      }
    }
    var texts = new Texts();
    Optional<String> below = Optional.empty();
    for (var checkpoint : chain.checkpoints()) {
      if (checkpoint.parent().isPresent() && checkpoint.equals(chain.latest())) {
        below = Optional.of(texts.sum());
      }
      texts.add(checkpoint, folders.getOrDefault(folder(root, chain, checkpoint), new TreeMap<>()));
    }
    return new ChainDigest(below, Optional.of(texts.sum()));
  }

  private static String folder(RepositoryRoot root, Chain chain, CheckpointEntry checkpoint) {
    return root.key(RepositoryRoot.checkpointFolder(chain.vm(), checkpoint.id()));
  }

  /** What is hashed. */
  private static final class Texts {
    private final MessageDigest digest = Sha256.digest();

    void add(CheckpointEntry checkpoint, SortedMap<String, ObjectStat> objects) {
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

    /** Of all so far; more can be added. */
    String sum() {
      try {
        return HexFormat.of().formatHex(((MessageDigest) digest.clone()).digest());
      } catch (CloneNotSupportedException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
