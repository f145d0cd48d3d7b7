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
import org.junit.jupiter.api.extension.ExtensionContext;

/** Writes down what a namespace looks like, for whoever has to find out why a test failed. */
public final class LabReport {
  private final KubernetesClient client;
  private final String namespace;

  LabReport(LabNamespace namespace) {
    this.client = namespace.client();
    this.namespace = namespace.name();
  }

  /** Where what is written about a test goes; for extensions that build on this one. */
  public static Path folder(ExtensionContext test) throws IOException {
    var name =
        test.getRequiredTestClass().getSimpleName() + "." + test.getRequiredTestMethod().getName();
    return Files.createDirectories(Path.of("target", "lab-report", name));
  }

  /** Writes objects down, each in a file of its own. */
  public static void write(
      Path folder, KubernetesClient client, List<? extends HasMetadata> objects)
      throws IOException {
    for (var object : objects) {
      var file = "%s-%s.yaml".formatted(object.getKind(), object.getMetadata().getName());
      Files.writeString(folder.resolve(file), client.getKubernetesSerialization().asYaml(object));
    }
  }

  void write(ExtensionContext test) {
    try {
      var folder = folder(test);
      var objects = new ArrayList<HasMetadata>();
      objects.addAll(client.pods().inNamespace(namespace).list().getItems());
      objects.addAll(client.persistentVolumeClaims().inNamespace(namespace).list().getItems());
      for (var kind :
          List.of(Kinds.VM, Kinds.VMI, Kinds.BACKUP, Kinds.TRACKER, Kinds.export(Release.HEAD))) {
        objects.addAll(
            client.genericKubernetesResources(kind).inNamespace(namespace).list().getItems());
      }
      write(folder, client, objects);
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
