// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.location;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;

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

  /** What it leads to, as {@code BUCKET/PREFIX}; the same as long as it leads there. */
  public String place() {
    var storage = manifest.path("spec").path("objectStorage");
    return storage.path("bucket").asText() + "/" + storage.path("prefix").asText();
  }

  /** Whether nothing may be written to it. */
  public boolean isReadOnly() {
    return manifest.path("spec").path("accessMode").asText().equals("ReadOnly");
  }
}
