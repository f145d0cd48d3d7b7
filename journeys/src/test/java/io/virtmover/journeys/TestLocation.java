// SPDX-License-Identifier: Apache-2.0
package io.virtmover.journeys;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.virtmover.lab.junit.LabNamespace;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** A backup storage location of a test's own, in Velero's namespace; the server is the lab's. */
record TestLocation(LabNamespace lab, String name) implements AutoCloseable {
  /** One in a bucket of its own. */
  static TestLocation inBucket(LabNamespace lab, String bucket) {
    return make(lab, Map.of("bucket", bucket), Optional.empty());
  }

  /** One like {@code default}, with the credentials in the key {@code cloud} of a secret. */
  static TestLocation withCredentials(LabNamespace lab, String secret) {
    return make(lab, Map.of("bucket", "velero", "prefix", "oadp"), Optional.of(secret));
  }

  private static TestLocation make(
      LabNamespace lab, Map<String, Object> storage, Optional<String> secret) {
    var location = new GenericKubernetesResource();
    location.setApiVersion("velero.io/v1");
    location.setKind("BackupStorageLocation");
    location.setMetadata(
        new ObjectMetaBuilder()
            .withName(lab.name())
            .withNamespace(InstalledProduct.NAMESPACE)
            .build());
    var spec = new HashMap<String, Object>();
    spec.put("provider", "aws");
    spec.put("objectStorage", storage);
    spec.put(
        "config",
        Map.of("region", "us-east-1", "s3Url", lab.s3Endpoint(), "s3ForcePathStyle", "true"));
    secret.ifPresent(name -> spec.put("credential", Map.of("name", name, "key", "cloud")));
    location.setAdditionalProperty("spec", spec);
    lab.client().resource(location).create();
    return new TestLocation(lab, lab.name());
  }

  @Override
  public void close() {
    lab.client()
        .genericKubernetesResources(VeleroKinds.LOCATION)
        .inNamespace(InstalledProduct.NAMESPACE)
        .withName(name)
        .delete();
  }
}
