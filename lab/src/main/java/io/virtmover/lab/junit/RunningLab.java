// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.junit;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.virtmover.lab.cluster.ControlClient;
import io.virtmover.lab.cluster.LabException;
import io.virtmover.lab.programs.LabPrograms;
import io.virtmover.lab.reconcile.HostCommand;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** A lab that is up, and the clients to it. */
final class RunningLab implements AutoCloseable {
  private static final int S3_PORT = 7070;

  private final Path state;
  private final KubernetesClient client;
  private final ControlClient control;
  private final boolean isOurs;

  private RunningLab(Path state, KubernetesClient client, ControlClient control, boolean isOurs) {
    this.state = state;
    this.client = client;
    this.control = control;
    this.isOurs = isOurs;
  }

  static RunningLab joinOrStart() {
    var state = state();
    var isUp = Files.exists(state.resolve("services.ready"));
    if (!isUp) {
      lab("up");
    }
    var config = Config.fromKubeconfig(state.resolve("kubeconfig").toFile());
    var client = new KubernetesClientBuilder().withConfig(config).build();
    return new RunningLab(state, client, ControlClient.of(state), !isUp);
  }

  private static String environment(String name, String otherwise) {
    return Optional.ofNullable(System.getenv(name))
        .filter(text -> !text.isEmpty())
        .orElse(otherwise);
  }

  private static Path state() {
    return Path.of(environment("VIRTMOVER_LAB_HOME", "/var/lib/virtmover-lab"))
        .resolve(environment("VIRTMOVER_LAB", "lab"));
  }

  private static void lab(String command) {
    try {
      HostCommand.run(LabPrograms.script("lab/lab").toString(), command);
    } catch (IOException e) {
      throw new LabException("lab/lab %s failed: %s".formatted(command, e.getMessage()), e);
    }
  }

  KubernetesClient client() {
    return client;
  }

  ControlClient control() {
    return control;
  }

  /** The lab's S3 server as pods reach it. */
  String s3Endpoint() {
    return "http://%s:%d".formatted(client.getMasterUrl().getHost(), S3_PORT);
  }

  /** The AWS credentials file for it. */
  String s3Credentials() {
    try {
      return Files.readString(state.resolve("s3").resolve("credentials"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    client.close();
    if (isOurs) {
      lab("down");
    }
  }
}
