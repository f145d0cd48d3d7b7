// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.queue;

import io.virtmover.controller.velero.TransferObject;
import java.time.Instant;
import java.util.Comparator;

/**
 * A request's place in the queue.
 *
 * @param uid the request's
 * @param kind {@code DataUpload} or {@code DataDownload}
 * @param name the request's
 * @param location the backup storage location it transfers to or from
 * @param node the node that serves what it reads; empty: none
 * @param since when the request was made, or from when on it counts
 */
public record Place(
    String uid, String kind, String name, String location, String node, Instant since) {
  /** Oldest first; times have seconds, so names decide between those of one second. */
  static final Comparator<Place> ORDER =
      Comparator.comparing(Place::since).thenComparing(Place::name).thenComparing(Place::uid);

  static Place of(TransferObject request, String location, String node) {
    var metadata = request.getMetadata();
    return new Place(
        metadata.getUid(),
        request.getKind(),
        metadata.getName(),
        location,
        node,
        Instant.parse(metadata.getCreationTimestamp()));
  }

  /** The same, as if the request had been made no earlier than then. */
  Place notBefore(Instant moment) {
    return since.isBefore(moment) ? new Place(uid, kind, name, location, node, moment) : this;
  }
}
