// SPDX-License-Identifier: Apache-2.0
package io.virtmover.repository;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.virtmover.domain.CheckpointName;
import io.virtmover.domain.VmRef;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import io.virtmover.objectstore.StoredObject;
import io.virtmover.objectstore.WriteCondition;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A VM's index as it was read: its checkpoints, oldest first, and the version that a change must
 * find unchanged.
 */
public final class VmIndex {
  static final List<String> KEYS = List.of("vmName", "namespace", "checkpoints", "lastUpdated");
  private static final String REMEDY = "Rebuild it with 'virtmover rebuild-index'.";

  private final VmRef vm;
  private final ObjectNode json;
  private final List<CheckpointEntry> checkpoints;
  private final Optional<String> etag;
  private final Map<String, String> metadata;

  private VmIndex(
      VmRef vm,
      ObjectNode json,
      List<CheckpointEntry> checkpoints,
      Optional<String> etag,
      Map<String, String> metadata) {
    this.vm = vm;
    this.json = json;
    this.checkpoints = List.copyOf(checkpoints);
    this.etag = etag;
    this.metadata = metadata;
  }

  /** The index of a VM that has none yet. */
  static VmIndex empty(VmRef vm) {
    return new VmIndex(vm, GoJson.object(), List.of(), Optional.empty(), Map.of());
  }

  /**
   * Reads an index.
   *
   * @throws VirtMoverException {@code CORRUPT_BACKUP} for anything that is not one
   */
  static VmIndex read(VmRef vm, StoredObject object) {
    var key = object.stat().key();
    var json = GoJson.read(key, object.content(), REMEDY);
    var fields = Fields.of(key, json, REMEDY);
    var checkpoints =
        fields.objects("checkpoints").stream()
            .map(entry -> CheckpointEntry.read(vm, entry))
            .toList();
    var seen = new HashSet<CheckpointName>();
    for (var checkpoint : checkpoints) {
      if (!seen.add(checkpoint.id())) {
        throw GoJson.unreadable(
            key, "checkpoint %s is listed twice".formatted(checkpoint.id()), REMEDY, null);
      }
    }
    return new VmIndex(
        vm,
        fields.spelled(KEYS),
        checkpoints,
        Optional.of(object.stat().etag()),
        object.stat().metadata());
  }

  public VmRef vm() {
    return vm;
  }

  /** What the index holds beside the format's keys: it is kept when the index is written. */
  void copyUnknown(ObjectNode to) {
    json.properties().stream()
        .filter(field -> !KEYS.contains(field.getKey()))
        .forEach(field -> to.set(field.getKey(), field.getValue()));
  }

  /** Oldest first. */
  public List<CheckpointEntry> checkpoints() {
    return checkpoints;
  }

  Map<String, String> metadata() {
    return metadata;
  }

  WriteCondition unchanged() {
    return etag.map(WriteCondition::ifUnchanged).orElse(WriteCondition.ifAbsent());
  }

  public Optional<CheckpointEntry> latest() {
    return checkpoints.isEmpty() ? Optional.empty() : Optional.of(checkpoints.getLast());
  }

  public Optional<CheckpointEntry> find(CheckpointName id) {
    return checkpoints.stream().filter(checkpoint -> checkpoint.id().equals(id)).findFirst();
  }

  /**
   * The checkpoints a restore of {@code id} needs, full first.
   *
   * @throws VirtMoverException {@code CHAIN_BROKEN} if one is missing or they go round in a circle
   */
  public List<CheckpointEntry> chainOf(CheckpointName id) {
    var chain = new ArrayList<CheckpointEntry>();
    var seen = new HashSet<CheckpointName>();
    for (var at = Optional.of(id); at.isPresent(); ) {
      var name = at.get();
      if (!seen.add(name)) {
        throw broken("the parents of checkpoint %s go round in a circle at %s".formatted(id, name));
      }
      var entry = find(name).orElseThrow(() -> missing(id, name));
      chain.add(entry);
      at = entry.parent();
    }
    Collections.reverse(chain);
    ChainRules.check(vm, chain);
    return chain;
  }

  private VirtMoverException missing(CheckpointName id, CheckpointName name) {
    return broken(
        id.equals(name)
            ? "checkpoint %s is not in the index".formatted(id)
            : "checkpoint %s, which %s builds on, is not in the index".formatted(name, id));
  }

  private VirtMoverException broken(String what) {
    return new VirtMoverException(
        FailureKind.CHAIN_BROKEN,
        "The chain of VM %s is broken: %s. The next backup has to be a full.".formatted(vm, what));
  }
}
