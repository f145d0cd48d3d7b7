// SPDX-License-Identifier: Apache-2.0
package io.virtmover.location;

import com.fasterxml.jackson.databind.JsonNode;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Makes a location from the {@code spec} of a BackupStorageLocation, wherever that came from. */
public final class LocationManifest {
  private static final Set<String> PROVIDERS = Set.of("aws", "velero.io/aws");

  private final String where;
  private final JsonNode spec;
  private final JsonNode storage;
  private final LocationSecrets secrets;

  private LocationManifest(String where, JsonNode spec, LocationSecrets secrets) {
    this.where = where;
    this.spec = spec;
    this.storage = spec.path("objectStorage");
    this.secrets = secrets;
  }

  /**
   * Makes a location.
   *
   * @param where how messages name the location: its file, or its kind and name
   * @param spec as the Kubernetes API has it
   * @throws VirtMoverException {@code INVALID_REQUEST} naming the location and the key
   */
  public static Location read(String where, JsonNode spec, LocationSecrets secrets) {
    return new LocationManifest(where, spec, secrets).location();
  }

  private Location location() {
    checkAccessMode();
    checkCredential();
    checkProvider();
    var config = LocationConfig.of(where, spec.path("config"));
    return new Location(
        storage.path("bucket").asText(""),
        storage.path("prefix").asText(""),
        server(config),
        access(config),
        objectSettings(config));
  }

  private void checkAccessMode() {
    var mode = spec.path("accessMode").asText("");
    if (!Set.of("", "ReadWrite", "ReadOnly").contains(mode)) {
      throw invalid("%s: accessMode is '%s'; write ReadWrite or ReadOnly.".formatted(where, mode));
    }
  }

  private void checkCredential() {
    if (spec.hasNonNull("credential") && secrets.credentialsFile().isEmpty()) {
      throw invalid(
          "%s takes its credentials from the key '%s' of the secret '%s'; give its content with --credentials FILE."
              .formatted(
                  where,
                  spec.path("credential").path("key").asText(),
                  spec.path("credential").path("name").asText()));
    }
  }

  private void checkProvider() {
    var provider = spec.path("provider").asText();
    if (!PROVIDERS.contains(provider)) {
      throw new VirtMoverException(
          FailureKind.UNSUPPORTED,
          "%s has the provider '%s'; VirtMover reaches S3 (provider aws)."
              .formatted(where, provider));
    }
  }

  private StoreServer server(LocationConfig config) {
    return new StoreServer(
        config.value("region"),
        config.value("s3Url").map(this::address),
        config.flag("s3ForcePathStyle"),
        new TlsTrust(caPem(), config.flag("insecureSkipTLSVerify")));
  }

  private URI address(String text) {
    try {
      return StoreServer.address(text);
    } catch (VirtMoverException e) {
      throw e.at("%s, s3Url".formatted(where));
    }
  }

  private Optional<String> caPem() {
    var inline =
        Optional.of(storage.path("caCert"))
            .filter(node -> !node.isNull())
            .map(JsonNode::asText)
            .filter(text -> !text.isEmpty());
    if (!storage.hasNonNull("caCertRef")) {
      return inline.map(this::decoded);
    }
    if (secrets.caPem().isEmpty()) {
      throw invalid(
          "%s names a secret in objectStorage.caCertRef, which a file cannot resolve; put the"
                  .formatted(where)
              + " certificates into objectStorage.caCert.");
    }
    if (inline.isPresent()) {
      throw invalid(
          "%s: only one of objectStorage.caCert and objectStorage.caCertRef can apply."
              .formatted(where));
    }
    return secrets.caPem();
  }

  private String decoded(String caCert) {
    try {
      return new String(Base64.getMimeDecoder().decode(caCert), StandardCharsets.US_ASCII);
    } catch (IllegalArgumentException e) {
      throw new VirtMoverException(
          FailureKind.INVALID_REQUEST,
          "%s: objectStorage.caCert is not base64.".formatted(where),
          e);
    }
  }

  private StoreAccess access(LocationConfig config) {
    return new StoreAccess(
        secrets.credentialsFile().or(() -> config.value("credentialsFile").map(Path::of)),
        config.value("profile").orElse(StoreAccess.DEFAULT_PROFILE),
        spec.path("accessMode").asText().equals("ReadOnly"));
  }

  private ObjectSettings objectSettings(LocationConfig config) {
    return new ObjectSettings(
        encryption(config),
        config.value("tagging").map(tags -> ObjectTags.parse(where, tags)).orElse(Map.of()),
        config
            .text("checksumAlgorithm")
            .map(ChecksumAlgorithm::parse)
            .orElse(ChecksumAlgorithm.CRC32));
  }

  private Encryption encryption(LocationConfig config) {
    var kms = config.value("kmsKeyId");
    var keyFile = config.value("customerKeyEncryptionFile");
    var keySecret = config.value("customerKeyEncryptionSecret");
    var mounted = secrets.customerKeyFile();
    if (kms.stream().count() + keyFile.stream().count() + keySecret.stream().count() > 1) {
      throw invalid(
          "%s: only one of kmsKeyId, customerKeyEncryptionFile and customerKeyEncryptionSecret can apply."
              .formatted(where));
    }
    if (mounted.isPresent() && keyFile.isEmpty() && keySecret.isEmpty()) {
      throw invalid(
          "%s does not encrypt with a customer key; leave out the file %s."
              .formatted(where, mounted.get()));
    }
    return kms.<Encryption>map(Encryption.KeyManagement::new)
        .or(() -> keySecret.map(secret -> Encryption.CustomerKey.ofSecret(mounted(secret))))
        .or(() -> keyFile.map(file -> Encryption.CustomerKey.ofFile(mounted.orElse(Path.of(file)))))
        .or(() -> config.value("serverSideEncryption").map(Encryption.ServerSide::new))
        .orElseGet(Encryption.BucketDefault::new);
  }

  private Path mounted(String keySecret) {
    return secrets
        .customerKeyFile()
        .orElseThrow(
            () ->
                invalid(
                    "%s encrypts with the key in secret %s; give its content with --customer-key FILE."
                        .formatted(where, keySecret)));
  }

  private static VirtMoverException invalid(String message) {
    return new VirtMoverException(FailureKind.INVALID_REQUEST, message);
  }
}
