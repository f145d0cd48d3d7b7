// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.location;

import com.fasterxml.jackson.databind.JsonNode;
import io.virtmover.controller.Keys;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A backup storage location with all that leads to its bucket.
 *
 * @param manifest a BackupStorageLocation that needs no other object but the secrets below
 * @param credentials what is mounted as the AWS credentials file
 * @param customerKey what is mounted as the key for encryption
 */
public record LocationAccess(
    String name,
    JsonNode manifest,
    Optional<SecretKey> credentials,
    Optional<SecretKey> customerKey) {
  /** A key of a secret in Velero's namespace. */
  public record SecretKey(String secret, String key) {}

  /**
   * What it leads to, as {@code SERVER/BUCKET/PREFIX}, without a server where none is named; the
   * same as long as it leads there. A replica of a bucket is another place.
   */
  public String place() {
    var spec = manifest.path("spec");
    var storage = spec.path("objectStorage");
    return Stream.of(
            spec.path("config").path("s3Url"), storage.path("bucket"), storage.path("prefix"))
        .map(part -> part.asText().replaceAll("/+$", ""))
        .filter(part -> !part.isEmpty())
        .collect(Collectors.joining("/"));
  }

  /** How backups into it are made, where that is said; as {@link Keys#MODE} has it. */
  public Optional<String> mode() {
    return Optional.ofNullable(
        manifest.path("metadata").path("annotations").path(Keys.MODE).textValue());
  }

  /** Whether nothing may be written to it. */
  public boolean isReadOnly() {
    return manifest.path("spec").path("accessMode").asText().equals("ReadOnly");
  }
}
