// SPDX-License-Identifier: Apache-2.0
package io.virtmover.location;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.Unreadable;
import io.virtmover.failure.VirtMoverException;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads a BackupStorageLocation manifest as {@code kubectl get bsl -o yaml} prints it. The {@code
 * spec.config} keys are those of Velero's AWS plugin; an unknown key is an error, as it is there.
 */
public final class LocationFile {
  private static final int MAX_FILE = 1 << 20;
  private static final Set<String> PROVIDERS = Set.of("aws", "velero.io/aws");

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
  private static final int LEAST_TAGS = 2;
  private static final int MOST_TAGS = 10;
  private static final int LONGEST_TAG_KEY = 128;
  private static final int LONGEST_TAG_VALUE = 248;

  private final Path file;
  private final JsonNode spec;

  private LocationFile(Path file, JsonNode spec) {
    this.file = file;
    this.spec = spec;
  }

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
    var location = new LocationFile(file, specOf(file));
    location.checkAccess(credentialsFile);
    return location.location(customerKeyFile).withAccess(credentialsFile, Optional.empty());
  }

  private void checkAccess(Optional<Path> credentialsFile) {
    var mode = spec.path("accessMode").asText("");
    if (!Set.of("", "ReadWrite", "ReadOnly").contains(mode)) {
      throw invalid("%s: accessMode is '%s'; write ReadWrite or ReadOnly.".formatted(file, mode));
    }
    if (spec.hasNonNull("credential") && credentialsFile.isEmpty()) {
      throw invalid(
          "%s takes its credentials from the key '%s' of the secret '%s'; give its content with --credentials FILE."
              .formatted(
                  file,
                  spec.path("credential").path("key").asText(),
                  spec.path("credential").path("name").asText()));
    }
  }

  private static JsonNode specOf(Path file) {
    JsonNode document;
    try {
      if (Files.size(file) > MAX_FILE) {
        throw invalid("The location file %s is larger than a manifest can be.".formatted(file));
      }
      document = new YAMLMapper().readTree(Files.readAllBytes(file));
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
    return item.path("spec");
  }

  private Location location(Optional<Path> customerKeyFile) {
    checkProvider();
    var config = config();
    var storage = spec.path("objectStorage");
    return new Location(
        storage.path("bucket").asText(""),
        storage.path("prefix").asText(""),
        value(config, "region"),
        value(config, "s3Url").map(this::address),
        flag(config, "s3ForcePathStyle"),
        flag(config, "insecureSkipTLSVerify"),
        caPem(storage),
        value(config, "credentialsFile").map(Path::of),
        value(config, "profile").orElse(Location.DEFAULT_PROFILE),
        encryption(config, customerKeyFile),
        tags(config.get("tagging")),
        Optional.ofNullable(config.get("checksumAlgorithm"))
            .map(ChecksumAlgorithm::parse)
            .orElse(ChecksumAlgorithm.CRC32),
        spec.path("accessMode").asText().equals("ReadOnly"));
  }

  private void checkProvider() {
    var provider = spec.path("provider").asText();
    if (!PROVIDERS.contains(provider)) {
      throw new VirtMoverException(
          FailureKind.UNSUPPORTED,
          "%s has the provider '%s'; VirtMover reaches S3 (provider aws)."
              .formatted(file, provider));
    }
  }

  private Map<String, String> config() {
    var config = new LinkedHashMap<String, String>();
    for (var entry : spec.path("config").properties()) {
      var key = entry.getKey();
      var written = entry.getValue();
      if (!written.isValueNode()) {
        throw invalid("%s: spec.config.%s is not a text.".formatted(file, key));
      }
      if (KEYS.contains(key)) {
        config.put(key, written.isNull() ? "" : written.asText());
      } else if (!KEYS_WITHOUT_EFFECT.contains(key)) {
        throw invalid("%s: spec.config has the unknown key '%s'.".formatted(file, key));
      }
    }
    return config;
  }

  private static Optional<String> value(Map<String, String> config, String key) {
    return Optional.ofNullable(config.get(key)).filter(text -> !text.isEmpty());
  }

  private URI address(String text) {
    try {
      return Location.endpoint(text);
    } catch (VirtMoverException e) {
      throw e.at("%s, s3Url".formatted(file));
    }
  }

  private boolean flag(Map<String, String> config, String key) {
    return switch (config.getOrDefault(key, "false")) {
      case "1", "t", "T", "TRUE", "true", "True" -> true;
      case "", "0", "f", "F", "FALSE", "false", "False" -> false;
      default ->
          throw invalid(
              "%s: %s is '%s'; write true or false.".formatted(file, key, config.get(key)));
    };
  }

  private Optional<String> caPem(JsonNode storage) {
    if (storage.hasNonNull("caCertRef")) {
      throw invalid(
          "%s names a secret in objectStorage.caCertRef, which a file cannot resolve; put the"
                  .formatted(file)
              + " certificates into objectStorage.caCert.");
    }
    if (!storage.hasNonNull("caCert") || storage.path("caCert").asText().isEmpty()) {
      return Optional.empty();
    }
    try {
      var pem = Base64.getMimeDecoder().decode(storage.path("caCert").asText());
      return Optional.of(new String(pem, StandardCharsets.US_ASCII));
    } catch (IllegalArgumentException e) {
      throw new VirtMoverException(
          FailureKind.INVALID_REQUEST,
          "%s: objectStorage.caCert is not base64.".formatted(file),
          e);
    }
  }

  private Encryption encryption(Map<String, String> config, Optional<Path> customerKeyFile) {
    var kms = value(config, "kmsKeyId");
    var keyFile = value(config, "customerKeyEncryptionFile");
    var keySecret = value(config, "customerKeyEncryptionSecret");
    if (kms.stream().count() + keyFile.stream().count() + keySecret.stream().count() > 1) {
      throw invalid(
          "%s: only one of kmsKeyId, customerKeyEncryptionFile and customerKeyEncryptionSecret can apply."
              .formatted(file));
    }
    if (customerKeyFile.isPresent() && keyFile.isEmpty() && keySecret.isEmpty()) {
      throw invalid(
          "%s does not encrypt with a customer key; leave out the file %s."
              .formatted(file, customerKeyFile.get()));
    }
    if (kms.isPresent()) {
      return new Encryption.KeyManagement(kms.get());
    }
    if (keySecret.isPresent()) {
      var mounted =
          customerKeyFile.orElseThrow(
              () ->
                  invalid(
                      "%s encrypts with the key in secret %s; give its content with --customer-key FILE."
                          .formatted(file, keySecret.get())));
      return Encryption.CustomerKey.ofSecret(mounted);
    }
    if (keyFile.isPresent()) {
      return Encryption.CustomerKey.ofFile(customerKeyFile.orElseGet(() -> Path.of(keyFile.get())));
    }
    return value(config, "serverSideEncryption")
        .<Encryption>map(Encryption.ServerSide::new)
        .orElseGet(Encryption.BucketDefault::new);
  }

  private Map<String, String> tags(@Nullable String tagging) {
    var tags = new LinkedHashMap<String, String>();
    if (tagging == null || tagging.isEmpty()) {
      return tags;
    }
    for (var pair : tagging.split("&", -1)) {
      var equals = pair.indexOf('=');
      var key = equals < 0 ? "" : pair.substring(0, equals);
      var tagValue = pair.substring(equals + 1);
      if (key.isEmpty()
          || key.length() > LONGEST_TAG_KEY
          || tagValue.length() > LONGEST_TAG_VALUE
          || tags.put(key, tagValue) != null) {
        throw invalid(
            "%s: tagging '%s' is not key=value&key=value with keys of up to %d and values of up to %d characters."
                .formatted(file, tagging, LONGEST_TAG_KEY, LONGEST_TAG_VALUE));
      }
    }
    if (tags.size() < LEAST_TAGS || tags.size() > MOST_TAGS) {
      throw invalid(
          "%s: tagging needs %d to %d tags, as Velero's plugin does."
              .formatted(file, LEAST_TAGS, MOST_TAGS));
    }
    return tags;
  }

  private static VirtMoverException invalid(String message) {
    return new VirtMoverException(FailureKind.INVALID_REQUEST, message);
  }
}
