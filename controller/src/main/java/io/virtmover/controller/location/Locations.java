// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.location;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.virtmover.controller.Keys;
import io.virtmover.controller.config.ControllerConfig;
import io.virtmover.controller.location.LocationAccess.SecretKey;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;

/** Finds backup storage locations and what they name. */
@ApplicationScoped
public class Locations {
  private static final ResourceDefinitionContext KIND =
      new ResourceDefinitionContext.Builder()
          .withGroup("velero.io")
          .withVersion("v1")
          .withKind("BackupStorageLocation")
          .withPlural("backupstoragelocations")
          .withNamespaced(true)
          .build();

  private final KubernetesClient client;
  private final ControllerConfig config;
  private final ObjectMapper json = new ObjectMapper();

  Locations(KubernetesClient client, ControllerConfig config) {
    this.client = client;
    this.config = config;
  }

  /**
   * The location of this name.
   *
   * @throws VirtMoverException {@code INVALID_REQUEST} when it, or a secret that it names, is not
   *     there
   */
  public LocationAccess find(String name) {
    var found =
        client
            .genericKubernetesResources(KIND)
            .inNamespace(config.namespace())
            .withName(name)
            .get();
    if (found == null) {
      throw invalid(
          "There is no BackupStorageLocation %s in namespace %s."
              .formatted(name, config.namespace()));
    }
    ObjectNode manifest = json.valueToTree(found);
    manifest.remove("status");
    var metadata = manifest.putObject("metadata").put("name", name);
    Keys.annotation(found.getMetadata(), Keys.MODE)
        .ifPresent(mode -> metadata.putObject("annotations").put(Keys.MODE, mode));
    var where = "BackupStorageLocation " + name;
    resolveAuthority(where, manifest);
    return new LocationAccess(
        name, manifest, credentials(where, manifest.path("spec")), customerKey(where, manifest));
  }

  /** The names of all locations. */
  public List<String> names() {
    return client
        .genericKubernetesResources(KIND)
        .inNamespace(config.namespace())
        .list()
        .getItems()
        .stream()
        .map(location -> location.getMetadata().getName())
        .toList();
  }

  private Optional<SecretKey> credentials(String where, JsonNode spec) {
    var named = spec.path("credential");
    if (named.hasNonNull("name")) {
      var key = new SecretKey(named.path("name").asText(), named.path("key").asText());
      var _ = content(where, key);
      return Optional.of(key);
    }
    var usual = new SecretKey(config.credentialsSecret(), "cloud");
    return Optional.ofNullable(secret(usual.secret()))
        .filter(secret -> secret.getData() != null && secret.getData().containsKey(usual.key()))
        .map(_ -> usual);
  }

  private Optional<SecretKey> customerKey(String where, JsonNode manifest) {
    var named = manifest.path("spec").path("config").path("customerKeyEncryptionSecret").asText("");
    if (named.isEmpty()) {
      return Optional.empty();
    }
    var slash = named.indexOf('/');
    if (slash <= 0 || slash == named.length() - 1) {
      throw invalid(
          "%s: customerKeyEncryptionSecret is '%s'; write SECRET/KEY.".formatted(where, named));
    }
    var key = new SecretKey(named.substring(0, slash), named.substring(slash + 1));
    var _ = content(where, key);
    return Optional.of(key);
  }

  /** Puts the certificates in place of the reference to them: movers may read no secrets. */
  private void resolveAuthority(String where, ObjectNode manifest) {
    if (manifest.path("spec").path("objectStorage") instanceof ObjectNode storage
        && storage.path("caCertRef").hasNonNull("name")) {
      var reference = storage.path("caCertRef");
      var key = new SecretKey(reference.path("name").asText(), reference.path("key").asText());
      // A secret's data is base64, as caCert is.
      storage.put("caCert", content(where, key));
      storage.remove("caCertRef");
    }
  }

  /**
   * A secret's value in base64.
   *
   * @throws VirtMoverException {@code INVALID_REQUEST} when it is not there
   */
  String content(String where, SecretKey key) {
    var secret = secret(key.secret());
    var value = secret == null || secret.getData() == null ? null : secret.getData().get(key.key());
    if (value == null) {
      throw invalid(
          "%s needs the key '%s' of the secret %s in namespace %s, which is not there."
              .formatted(where, key.key(), key.secret(), config.namespace()));
    }
    return value;
  }

  private Secret secret(String name) {
    return client.secrets().inNamespace(config.namespace()).withName(name).get();
  }

  private static VirtMoverException invalid(String message) {
    return new VirtMoverException(FailureKind.INVALID_REQUEST, message);
  }
}
