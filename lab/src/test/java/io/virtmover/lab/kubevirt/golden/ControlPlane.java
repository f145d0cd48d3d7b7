// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt.golden;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.virtmover.lab.cluster.LabClient;
import io.virtmover.lab.kubevirt.Crds;
import io.virtmover.lab.kubevirt.api.Release;
import io.virtmover.lab.programs.FreePort;
import io.virtmover.lab.programs.LabPrograms;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Deque;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/**
 * A real API server with etcd and three controllers (garbage collector, namespaces, PVC protection)
 * on free loopback ports; no node, so pods live until they are deleted.
 */
final class ControlPlane implements AutoCloseable {
  private static final Duration READY_WITHIN = Duration.ofSeconds(60);
  private static final Duration STOPPED_WITHIN = Duration.ofSeconds(20);

  private final Path folder;
  private final Deque<Process> processes = new ArrayDeque<>();
  private final KubernetesClient client;

  private ControlPlane(Path folder, Release release) {
    this.folder = folder;
    var etcd = startEtcd();
    var port = FreePort.find();
    var token = UUID.randomUUID().toString();
    startServer(etcd, port, token);
    this.client = LabClient.of(config(port, token));
    waitForServer();
    Crds.install(client, release);
    startControllers(port, token);
  }

  /** Starts everything and installs the definitions of a release. */
  static ControlPlane start(Path folder, Release release) {
    return new ControlPlane(folder, release);
  }

  KubernetesClient client() {
    return client;
  }

  private String startEtcd() {
    var clients = "http://127.0.0.1:" + FreePort.find();
    var peers = "http://127.0.0.1:" + FreePort.find();
    launch(
        "etcd",
        List.of(
            "--data-dir=" + folder.resolve("etcd"),
            "--listen-client-urls=" + clients,
            "--advertise-client-urls=" + clients,
            "--listen-peer-urls=" + peers,
            "--initial-advertise-peer-urls=" + peers,
            "--initial-cluster=default=" + peers,
            "--unsafe-no-fsync"));
    return clients;
  }

  private void startServer(String etcd, int port, String token) {
    var key = write("sa.key", serviceAccountKey());
    var tokens = write("tokens.csv", token + ",admin,admin,system:masters\n");
    launch(
        "kube-apiserver",
        List.of(
            "--etcd-servers=" + etcd,
            "--cert-dir=" + folder.resolve("pki"),
            "--bind-address=127.0.0.1",
            "--advertise-address=127.0.0.1",
            "--secure-port=" + port,
            "--service-account-issuer=https://kubernetes.default.svc",
            "--service-account-signing-key-file=" + key,
            "--service-account-key-file=" + key,
            "--service-cluster-ip-range=10.96.0.0/16",
            "--authorization-mode=AlwaysAllow",
            "--token-auth-file=" + tokens,
            "--disable-admission-plugins=ServiceAccount",
            "--endpoint-reconciler-type=none"));
  }

  private void startControllers(int port, String token) {
    var kubeconfig =
        write(
            "kubeconfig",
            """
            apiVersion: v1
            kind: Config
            clusters:
            - name: c
              cluster: {server: "https://127.0.0.1:%d", insecure-skip-tls-verify: true}
            users:
            - name: u
              user: {token: %s}
            contexts:
            - name: x
              context: {cluster: c, user: u}
            current-context: x
            """
                .formatted(port, token));
    launch(
        "kube-controller-manager",
        List.of(
            "--kubeconfig=" + kubeconfig,
            "--leader-elect=false",
            "--secure-port=0",
            "--controllers=garbage-collector-controller,namespace-controller,"
                + "persistentvolumeclaim-protection-controller"));
  }

  private void launch(String program, List<String> arguments) {
    var command = new ArrayList<String>();
    command.add(LabPrograms.find(program).toString());
    command.addAll(arguments);
    try {
      processes.push(
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(folder.resolve(program + ".log").toFile())
              .start());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void waitForServer() {
    Waiting.until(
        READY_WITHIN,
        () -> {
          try {
            return client.namespaces().withName("default").get() != null;
          } catch (KubernetesClientException _) {
            return false;
          }
        },
        () -> "the API server does not answer, see " + folder);
  }

  private static Config config(int port, String token) {
    return new ConfigBuilder(Config.empty())
        .withMasterUrl("https://127.0.0.1:" + port)
        .withOauthToken(token)
        .withTrustCerts(true)
        .build();
  }

  private Path write(String name, String text) {
    try {
      return Files.writeString(folder.resolve(name), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String serviceAccountKey() {
    try {
      var generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(2048);
      var key = generator.generateKeyPair().getPrivate().getEncoded();
      return "-----BEGIN PRIVATE KEY-----\n%s\n-----END PRIVATE KEY-----\n"
          .formatted(Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(key));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    client.close();
    for (var process : processes) {
      process.destroy();
      try {
        if (!process.waitFor(STOPPED_WITHIN.toSeconds(), TimeUnit.SECONDS)) {
          process.destroyForcibly();
        }
      } catch (InterruptedException e) {
        process.destroyForcibly();
        Thread.currentThread().interrupt();
      }
    }
  }
}
