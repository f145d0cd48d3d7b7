// SPDX-License-Identifier: Apache-2.0
package io.virtmover.journeys;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.virtmover.lab.junit.LabNamespace;
import io.virtmover.location.LocationManifest;
import io.virtmover.location.LocationSecrets;
import io.virtmover.objectstore.MultipartUpload;
import io.virtmover.objectstore.ObjectStore;
import io.virtmover.objectstore.s3.S3ObjectStore;
import io.virtmover.repository.RepositoryRoot;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;

/** Multipart uploads of a VM that somebody has begun and not ended: they cost space, unseen. */
final class OpenUploads {
  private static final int CONNECTIONS = 2;

  private OpenUploads() {}

  /** Those for VMs of the test's namespace in a location, by their keys. */
  static List<String> of(LabNamespace lab, String location) {
    return inFolder(
        lab,
        location,
        (store, folder) -> store.openUploads(folder).stream().map(MultipartUpload::key).toList());
  }

  /** Opens one as a mover does whose answer is lost. */
  static void open(LabNamespace lab, String location, String path) {
    var _ =
        inFolder(lab, location, (store, folder) -> store.createMultipart(folder + path, Map.of()));
  }

  private static <T> T inFolder(
      LabNamespace lab, String location, BiFunction<ObjectStore, String, T> work) {
    var spec = spec(lab, location);
    try (var credentials = CredentialsFile.of(lab);
        var store =
            S3ObjectStore.open(
                LocationManifest.read(
                    location,
                    spec,
                    new LocationSecrets(
                        Optional.of(credentials.path()), Optional.empty(), Optional.empty())),
                CONNECTIONS)) {
      var root = RepositoryRoot.ofPrefix(spec.path("objectStorage").path("prefix").asText(""));
      return work.apply(store, root.key("checkpoints/%s/".formatted(lab.name())));
    }
  }

  private static JsonNode spec(LabNamespace lab, String location) {
    var found =
        lab.client()
            .genericKubernetesResources(VeleroKinds.LOCATION)
            .inNamespace(InstalledProduct.NAMESPACE)
            .withName(location)
            .require();
    return new ObjectMapper().valueToTree(found.get("spec"));
  }
}
