// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.junit;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.virtmover.lab.kubevirt.api.Kinds;
import io.virtmover.lab.kubevirt.api.Release;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Writes down what a namespace looks like, for whoever has to find out why a test failed. */
final class LabReport {
  private final KubernetesClient client;
  private final String namespace;

  LabReport(LabNamespace namespace) {
    this.client = namespace.client();
    this.namespace = namespace.name();
  }

  void write(String test) {
    try {
      var folder = Files.createDirectories(Path.of("target", "lab-report", test));
      var objects = new ArrayList<HasMetadata>();
      objects.addAll(client.pods().inNamespace(namespace).list().getItems());
      objects.addAll(client.persistentVolumeClaims().inNamespace(namespace).list().getItems());
      for (var kind :
          List.of(Kinds.VM, Kinds.VMI, Kinds.BACKUP, Kinds.TRACKER, Kinds.export(Release.HEAD))) {
        objects.addAll(
            client.genericKubernetesResources(kind).inNamespace(namespace).list().getItems());
      }
      for (var object : objects) {
        var file = "%s-%s.yaml".formatted(object.getKind(), object.getMetadata().getName());
        Files.writeString(folder.resolve(file), client.getKubernetesSerialization().asYaml(object));
      }
      Files.write(folder.resolve("events.txt"), events());
      for (var pod : client.pods().inNamespace(namespace).list().getItems()) {
        var name = pod.getMetadata().getName();
        Files.writeString(folder.resolve(name + ".log"), log(name));
      }
      System.err.println("what the cluster looked like: " + folder.toAbsolutePath());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<String> events() {
    return client.v1().events().inNamespace(namespace).list().getItems().stream()
        .map(
            event ->
                "%s %s %s/%s %s: %s (%d)"
                    .formatted(
                        event.getLastTimestamp(),
                        event.getType(),
                        event.getInvolvedObject().getKind(),
                        event.getInvolvedObject().getName(),
                        event.getReason(),
                        event.getMessage(),
                        event.getCount()))
        .sorted()
        .toList();
  }

  private String log(String pod) {
    try {
      return client.pods().inNamespace(namespace).withName(pod).getLog();
    } catch (KubernetesClientException e) {
      return "no log: " + e.getMessage();
    }
  }
}
