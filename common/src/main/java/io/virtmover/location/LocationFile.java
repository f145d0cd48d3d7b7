// SPDX-License-Identifier: Apache-2.0
package io.virtmover.location;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.Unreadable;
import io.virtmover.failure.VirtMoverException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Reads a BackupStorageLocation manifest as {@code kubectl get bsl -o yaml} prints it. */
public final class LocationFile {
  private static final int MAX_FILE = 1 << 20;

  private LocationFile() {}

  /**
   * Reads a manifest.
   *
   * @param customerKeyFile where the content of the secret {@code customerKeyEncryptionSecret} is
   *     mounted
   * @param credentialsFile where the content of the secret {@code spec.credential} is mounted
   * @throws VirtMoverException {@code INVALID_REQUEST} naming the file and the key
   */
  public static Location read(
      Path file, Optional<Path> customerKeyFile, Optional<Path> credentialsFile) {
    return LocationManifest.read(
        file.toString(),
        onlyLocation(file, document(file)).path("spec"),
        new LocationSecrets(credentialsFile, customerKeyFile, Optional.empty()));
  }

  private static JsonNode document(Path file) {
    try {
      if (Files.size(file) > MAX_FILE) {
        throw invalid("The location file %s is larger than a manifest can be.".formatted(file));
      }
      return new YAMLMapper().readTree(Files.readAllBytes(file));
    } catch (JsonProcessingException e) {
      var at = e.getLocation();
      throw new VirtMoverException(
          FailureKind.INVALID_REQUEST,
          "The location file %s is not YAML%s."
              .formatted(file, at == null ? "" : "; see line " + at.getLineNr()),
          e);
    } catch (IOException e) {
      throw new VirtMoverException(
          FailureKind.INVALID_REQUEST,
          "Cannot read the location file %s: %s.".formatted(file, Unreadable.why(e)),
          e);
    }
  }

  private static JsonNode onlyLocation(Path file, JsonNode document) {
    var item =
        document.path("kind").asText().equals("List") && document.path("items").size() == 1
            ? document.path("items").path(0)
            : document;
    if (!item.path("kind").asText().equals("BackupStorageLocation")) {
      throw invalid(
          "%s is not one BackupStorageLocation (its kind is '%s'); write it with"
                  .formatted(file, document.path("kind").asText())
              + " kubectl get backupstoragelocation NAME -o yaml.");
    }
    return item;
  }

  private static VirtMoverException invalid(String message) {
    return new VirtMoverException(FailureKind.INVALID_REQUEST, message);
  }
}
