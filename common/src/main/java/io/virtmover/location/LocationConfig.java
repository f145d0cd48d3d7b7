// SPDX-License-Identifier: Apache-2.0
package io.virtmover.location;

import com.fasterxml.jackson.databind.JsonNode;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The {@code spec.config} of a BackupStorageLocation. Its keys are those of Velero's AWS plugin; an
 * unknown key is an error, as it is there.
 *
 * @param where how messages name the location
 */
record LocationConfig(String where, Map<String, String> written) {
  /**
   * Two keys that Velero's plugin takes and does not read either, and the address that it writes
   * into links for people, which are never made here.
   */
  private static final Set<String> KEYS_WITHOUT_EFFECT =
      Set.of("signatureVersion", "enableSharedConfig", "publicUrl");

  private static final Set<String> KEYS =
      Set.of(
          "region",
          "s3Url",
          "s3ForcePathStyle",
          "kmsKeyId",
          "serverSideEncryption",
          "customerKeyEncryptionFile",
          "customerKeyEncryptionSecret",
          "profile",
          "insecureSkipTLSVerify",
          "checksumAlgorithm",
          "tagging",
          "credentialsFile");

  static LocationConfig of(String where, JsonNode config) {
    var written = new LinkedHashMap<String, String>();
    for (var entry : config.properties()) {
      var key = entry.getKey();
      var value = entry.getValue();
      if (!value.isValueNode()) {
        throw invalid("%s: spec.config.%s is not a text.".formatted(where, key));
      }
      if (KEYS.contains(key)) {
        written.put(key, value.isNull() ? "" : value.asText());
      } else if (!KEYS_WITHOUT_EFFECT.contains(key)) {
        throw invalid("%s: spec.config has the unknown key '%s'.".formatted(where, key));
      }
    }
    return new LocationConfig(where, Map.copyOf(written));
  }

  /** What is written for a key; an empty text counts as nothing. */
  Optional<String> value(String key) {
    return text(key).filter(text -> !text.isEmpty());
  }

  /** The same where an empty text is not nothing. */
  Optional<String> text(String key) {
    return Optional.ofNullable(written.get(key));
  }

  /** What Go reads as a truth value; nothing is false. */
  boolean flag(String key) {
    var text = text(key).orElse("");
    return switch (text) {
      case "1", "t", "T", "TRUE", "true", "True" -> true;
      case "", "0", "f", "F", "FALSE", "false", "False" -> false;
      default -> throw invalid("%s: %s is '%s'; write true or false.".formatted(where, key, text));
    };
  }

  private static VirtMoverException invalid(String message) {
    return new VirtMoverException(FailureKind.INVALID_REQUEST, message);
  }
}
