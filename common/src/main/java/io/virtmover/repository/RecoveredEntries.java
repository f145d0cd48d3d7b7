// SPDX-License-Identifier: Apache-2.0
package io.virtmover.repository;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.virtmover.domain.CheckpointName;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The checkpoints of an index that is being rebuilt: known ones keep their order, recovered ones go
 * where their time and their parent put them, because the last one counts as the latest.
 */
final class RecoveredEntries {
  private record Entry(CheckpointName id, Instant time, ObjectNode json) {}

  private final List<Entry> entries = new ArrayList<>();
  private final List<CheckpointRecord> recovered = new ArrayList<>();

  RecoveredEntries(IndexDocument known) {
    var checkpoints = known.index().checkpoints().iterator();
    for (var json : known.entries()) {
      var checkpoint = checkpoints.next();
      entries.add(new Entry(checkpoint.id(), time(checkpoint.timestamp()), json));
    }
  }

  static Instant time(String text) {
    try {
      return GoFormat.parseTime(text);
    } catch (DateTimeException e) {
      return Instant.MIN;
    }
  }

  /** Adds what is missing; returns what cannot be added because its parent is lost. */
  List<CheckpointName> addAll(List<CheckpointRecord> records) {
    var waiting = new ArrayList<CheckpointRecord>(records);
    waiting.removeIf(record -> has(record.id()));
    waiting.sort(Comparator.comparing(CheckpointRecord::instant));
    for (var next = nextOf(waiting); next.isPresent(); next = nextOf(waiting)) {
      waiting.remove(next.get());
      add(next.get());
    }
    recovered.forEach(record -> EntryCodec.reference(json(), record.id(), record.backup()));
    return new ArrayList<>(waiting.stream().map(CheckpointRecord::id).toList());
  }

  private Optional<CheckpointRecord> nextOf(List<CheckpointRecord> waiting) {
    return waiting.stream()
        .filter(record -> record.parent().map(this::has).orElse(true))
        .findFirst();
  }

  private void add(CheckpointRecord record) {
    var time = record.instant();
    var place = record.parent().map(this::indexOf).orElse(-1) + 1;
    while (place < entries.size() && !entries.get(place).time().isAfter(time)) {
      place++;
    }
    entries.add(place, new Entry(record.id(), time, EntryCodec.write(record)));
    recovered.add(record);
  }

  boolean has(CheckpointName id) {
    return indexOf(id) >= 0;
  }

  private int indexOf(CheckpointName id) {
    for (var i = 0; i < entries.size(); i++) {
      if (entries.get(i).id().equals(id)) {
        return i;
      }
    }
    return -1;
  }

  List<CheckpointRecord> recovered() {
    return recovered;
  }

  /** The entries themselves, not copies. */
  List<ObjectNode> json() {
    return entries.stream().map(Entry::json).toList();
  }
}
