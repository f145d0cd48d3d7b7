// SPDX-License-Identifier: Apache-2.0
package io.virtmover.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;

/** What all objects of the API server have, and how one that cannot be read is told. */
record ObjectFields(String kind, JsonNode object) {
  String namespace() {
    return metadata().path("namespace").asText();
  }

  String name() {
    return metadata().path("name").asText();
  }

  Instant created() {
    return Instant.parse(metadata().path("creationTimestamp").asText());
  }

  boolean isDeleting() {
    return metadata().hasNonNull("deletionTimestamp");
  }

  JsonNode status() {
    return object.path("status");
  }

  private JsonNode metadata() {
    return object.path("metadata");
  }

  /** A text that is there and not empty: Go leaves out what is empty. */
  static Optional<String> text(JsonNode parent, String field) {
    return Optional.ofNullable(parent.path(field).textValue()).filter(text -> !text.isEmpty());
  }

  /**
   * Reads a whole object.
   *
   * @throws VirtMoverException {@code UNSUPPORTED} when a value is none that this release knows
   */
  <T> T read(Supplier<T> reader) {
    try {
      return reader.get();
    } catch (VirtMoverException | DateTimeException e) {
      throw new VirtMoverException(
          FailureKind.UNSUPPORTED,
          "%s %s cannot be read: %s".formatted(kind, name(), e.getMessage()),
          e);
    }
  }
}
