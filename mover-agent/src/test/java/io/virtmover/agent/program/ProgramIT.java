// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.program;

import static org.assertj.core.api.Assertions.assertThat;

import io.virtmover.agent.callback.LoopbackController;
import io.virtmover.agent.callback.LoopbackController.Script;
import io.virtmover.agent.image.qcow2.QemuImg;
import io.virtmover.lab.pki.CertificateAuthority;
import io.virtmover.lab.pki.LocalCertificate;
import io.virtmover.lab.s3.VersityGateway;
import io.virtmover.transfer.Subset;
import io.virtmover.transfer.Verify;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The program as a process in surroundings that a person or a pod may have. */
class ProgramIT {
  private static final String PROGRAM =
      Path.of("../bin/virtmover").toAbsolutePath().normalize().toString();
  private static final long PATIENCE_SECONDS = 60;

  @TempDir private Path folder;

  private record Ended(int exitCode, String out, String err) {}

  @Test
  void withoutAHome_itRuns() throws IOException {
    var ended = await(start(Map.of(), List.of("env", "-i", "PATH=" + path(), PROGRAM, "--help")));
    assertThat(ended.exitCode()).as(ended.err()).isZero();
    assertThat(ended.out()).startsWith("Usage: virtmover");
    assertThat(ended.err()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"ar, EG", "tr, TR", "fa, IR"})
  void inAnyLocale_numbersAndNamesAreAscii(String language, String country) throws IOException {
    // given
    try (var s3 = VersityGateway.start()) {
      var image = image();
      var environment =
          Map.of(
              "VIRTMOVER_JAVA_OPTS",
              "-Duser.language=%s -Duser.country=%s".formatted(language, country));

      // when
      var backup =
          await(start(environment, command("backup", VirtMover.on(s3).location(), backup(image))));
      var list =
          await(
              start(
                  environment,
                  command("list", VirtMover.on(s3).location(), List.of("--vm", "shop/db-01"))));

      // then
      assertThat(backup.exitCode()).as(backup.err()).isZero();
      assertThat(backup.out())
          .contains("disk d: 4.0 MiB read")
          .contains("is complete: full, checkpoint c1-2026-01-11_01-00-03, chain of 1");
      assertThat(list.out()).contains("MiB", "nightly-1");
      assertThat(backup.out() + backup.err() + list.out() + list.err()).matches("\\p{ASCII}*");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"list", "verify --vm a/b", "rebuild-index --vm a/b"})
  void aSignal_endsItWithOneLineAndExitCode10(String words) throws IOException {
    // given: a store that takes connections and says nothing
    try (var silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      var credentials =
          Files.writeString(
              folder.resolve("cloud"),
              "[default]\naws_access_key_id = a\naws_secret_access_key = s\n");
      var location =
          List.of(
              "--bucket",
              "b",
              "--prefix",
              "p",
              "--region",
              "r",
              "--endpoint",
              "http://127.0.0.1:" + silent.getLocalPort(),
              "--credentials",
              credentials.toString());
      var line = new ArrayList<>(List.of(words.split(" ", -1)));
      var process = start(Map.of(), command(line.removeFirst(), location, line));
      try (var _ = silent.accept()) {
        // when
        process.destroy();
        var ended = await(process);

        // then
        assertThat(ended.exitCode()).as(ended.err()).isEqualTo(10);
        assertThat(ended.err()).hasLineCount(1).startsWith("virtmover: ").contains("cancel");
      }
    }
  }

  @Test
  void aControllerThatNoLongerWantsIt_endsItWithOneLineAndExitCode10() throws IOException {
    // given: a store that takes connections and says nothing
    try (var silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        var controller = LoopbackController.start(folder, Script.status(410))) {
      // when
      var ended =
          await(start(Map.of("VIRTMOVER_LOG_LEVEL", "TRACE"), verifyFor(controller, silent)));

      // then
      assertThat(ended.exitCode()).as(ended.err()).isEqualTo(10);
      assertThat(said(ended)).singleElement().asString().contains("Canceled by the controller");
      assertThat(ended.out()).contains("\"outcome\":\"Canceled\"");
      assertThat(ended.out() + ended.err())
          .contains(" DEBUG ")
          .doesNotContain(LoopbackController.TOKEN);
    }
  }

  /** Who sent the signal does not wait for long, nor does the result for the controller. */
  @Test
  void aControllerThatHangs_doesNotKeepASignalFromEndingItInOrder() throws IOException {
    // given: a store that takes connections and says nothing
    try (var silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        var controller = LoopbackController.start(folder, Script.silence())) {
      var process = start(Map.of(), verifyFor(controller, silent));
      try (var _ = silent.accept()) {
        // when
        process.destroy();
        var ended = await(process);

        // then
        assertThat(ended.exitCode()).as(ended.err()).isEqualTo(10);
        assertThat(said(ended))
            .hasSize(2)
            .anyMatch(line -> line.contains("did not get the result"))
            .noneMatch(line -> line.contains("left as it is"));
        assertThat(controller.results()).containsExactly(ended.out().strip());
        assertThat(Files.readString(folder.resolve("result.json"))).isEqualTo(ended.out().strip());
      }
    }
  }

  private List<String> verifyFor(LoopbackController controller, ServerSocket store) {
    var request =
        MoverRequest.write(
            folder,
            URI.create("http://127.0.0.1:" + store.getLocalPort()),
            new Verify(Optional.empty(), Optional.empty(), Subset.whole()),
            controller.callback());
    var line = new ArrayList<>(List.of(PROGRAM));
    line.addAll(request.command());
    return line;
  }

  private static List<String> said(Ended ended) {
    return ended.err().lines().filter(line -> line.startsWith("virtmover: ")).toList();
  }

  @Test
  void aResultThatCannotBeWritten_isNotTakenForOne() throws IOException {
    try (var s3 = VersityGateway.start()) {
      var line = new ArrayList<>(List.of("sh", "-c", "exec \"$@\" > /dev/full", "sh"));
      line.addAll(command("list", VirtMover.on(s3).location(), List.of("--json")));
      var ended = await(start(Map.of(), line));
      assertThat(ended.exitCode()).as(ended.err()).isEqualTo(5);
      assertThat(ended.err())
          .isEqualTo("virtmover: the result could not be written to standard output.\n");
    }
  }

  @Test
  void aStoreBehindAProxy_isReachedThroughATunnel() throws IOException {
    // given: a name that only the proxy can find
    var certificate = certificate("s3.lab.example");
    try (var s3 = VersityGateway.startTls(certificate);
        var proxy = new ConnectProxy(s3.endpoint().getPort(), "Basic dXNlcjpwQHNz")) {
      var location =
          List.of(
              "--bucket",
              VersityGateway.BUCKET,
              "--prefix",
              "oadp",
              "--region",
              "us-east-1",
              "--endpoint",
              "https://s3.lab.example",
              "--path-style",
              "--ca",
              certificate.ca().toString(),
              "--credentials",
              s3.credentials().toString());
      var environment =
          Map.of(
              "HTTPS_PROXY",
              "http://user:p%40ss@127.0.0.1:" + proxy.port(),
              "NO_PROXY",
              ".svc,.cluster.local,172.30.0.0/16,*.svc");

      // when
      var backup = await(start(environment, command("backup", location, backup(image()))));

      // then
      assertThat(backup.exitCode()).as(backup.err()).isZero();
      assertThat(s3.objects()).anyMatch(file -> file.toString().endsWith(".qcow2"));
      assertThat(proxy.asked())
          .isNotEmpty()
          .allMatch(line -> line.equals("CONNECT s3.lab.example:443 HTTP/1.1"));

      // when, then: the wrong password
      var refused =
          await(
              start(
                  Map.of("https_proxy", "http://user:hush@127.0.0.1:" + proxy.port()),
                  command("list", location, List.of())));
      assertThat(refused.exitCode()).isNotZero();
      assertThat(refused.err()).hasLineCount(1).doesNotContain("hush", "Exception");
    }
  }

  @Test
  void anExportBehindAProxy_isAskedThroughATunnelAndTheStoreIsNot() throws IOException {
    // given: in place of an exporter, a TLS server that is none and says so
    var certificate = certificate("export.lab.example");
    try (var s3 = VersityGateway.start();
        var exporter = VersityGateway.startTls(certificate);
        var proxy = new ConnectProxy(exporter.endpoint().getPort(), "Basic dXNlcjpwQHNz")) {
      var line =
          new ArrayList<>(
              command("backup", VirtMover.on(s3).location(), backup(Path.of("unused"))));
      line.set(line.indexOf("d=unused"), "d=https://export.lab.example/volumes/d,size=1Mi");
      line.addAll(List.of("--export-ca", certificate.ca().toString()));
      line.addAll(
          List.of(
              "--export-token",
              Files.writeString(folder.resolve("token"), "t0psecret").toString()));
      var environment =
          Map.of(
              "HTTPS_PROXY",
              "user:p%40ss@127.0.0.1:" + proxy.port(),
              "VIRTMOVER_LOG_LEVEL",
              "TRACE"); // The most that anybody can ask to be told: no secrets.

      // when
      var ended = await(start(environment, line));

      // then
      assertThat(ended.exitCode()).as(ended.err()).isEqualTo(2);
      assertThat(ended.err())
          .contains("export.lab.example", "another server answers", " DEBUG ")
          .doesNotContain("p@ss", "p%40ss", "dXNlcjpwQHNz", "t0psecret");
      assertThat(proxy.tunnels()).isPositive();
      assertThat(proxy.asked())
          .allMatch(asked -> asked.equals("CONNECT export.lab.example:443 HTTP/1.1"));
    }
  }

  @Test
  void whateverIsLogged_itHoldsNoSecrets() throws IOException {
    // given
    var key = "0123456789abcdef0123456789abcdef";
    var customerKey = Files.writeString(folder.resolve("customer-key"), key);
    try (var s3 = VersityGateway.start()) {
      var credentials =
          Files.writeString(
              folder.resolve("session"),
              Files.readString(s3.credentials()) + "aws_session_token = t0psecret\n");
      var location =
          """
          apiVersion: velero.io/v1
          kind: BackupStorageLocation
          spec:
            provider: aws
            objectStorage: {bucket: %s}
            config: {region: us-east-1, s3Url: "%s", s3ForcePathStyle: "true", customerKeyEncryptionFile: %s}
          """
              .formatted(VersityGateway.BUCKET, s3.endpoint(), customerKey);
      var line =
          command(
              "backup",
              List.of(
                  "--location",
                  Files.writeString(folder.resolve("bsl.yaml"), location).toString(),
                  "--credentials",
                  credentials.toString()),
              backup(image()));

      // when
      var ended = await(start(Map.of("VIRTMOVER_LOG_LEVEL", "TRACE"), line));

      // then
      assertThat(ended.err())
          .contains(" DEBUG ")
          .doesNotContain(
              "t0psecret",
              key,
              Base64.getEncoder().encodeToString(key.getBytes(StandardCharsets.US_ASCII)),
              "lab-secret");
    }
  }

  @Test
  void theProgram_carriesNothingOfTheLabOrOfTests() throws IOException {
    try (var jars = Files.list(Path.of("target/quarkus-app/lib/main"))) {
      assertThat(jars.map(jar -> jar.getFileName().toString()))
          .anyMatch(name -> name.contains("virtmover-common"))
          .noneMatch(name -> name.matches(".*(virtmover-lab|-tests|junit|assertj|jqwik).*"));
    }
  }

  @Test
  void aStoreOnThisMachine_isReachedDirectlyWhateverTheProxy() throws IOException {
    try (var s3 = VersityGateway.start()) {
      var ended =
          await(
              start(
                  Map.of("HTTP_PROXY", "http://127.0.0.1:1", "HTTPS_PROXY", "socks5://x:1"),
                  command("list", VirtMover.on(s3).location(), List.of("--json"))));
      assertThat(ended.exitCode()).as(ended.err()).isZero();
    }
  }

  @Test
  void aProgramInACredentialsFile_isNotRun() throws IOException {
    // given
    var witness = folder.resolve("witness");
    var file =
        Files.writeString(
            folder.resolve("cloud"),
            "[default]\ncredential_process = /usr/bin/touch %s\n".formatted(witness));
    Files.createDirectories(folder.resolve(".aws"));
    Files.copy(file, folder.resolve(".aws/config"));
    var server = List.of("--bucket", "b", "--endpoint", "http://127.0.0.1:1");

    // when
    var named =
        await(start(Map.of(), command("list", server, List.of("--credentials", file.toString()))));
    var found = await(start(Map.of("HOME", folder.toString()), command("list", server, List.of())));

    // then
    for (var ended : List.of(named, found)) {
      assertThat(ended.exitCode()).isEqualTo(2);
      assertThat(ended.err())
          .hasLineCount(1)
          .contains("credential_process in line 2 is not followed")
          .doesNotContain("touch");
    }
    assertThat(witness).doesNotExist();
  }

  private LocalCertificate certificate(String host) throws IOException {
    var authority = new CertificateAuthority("test", Clock.systemUTC());
    var issued = authority.issue(List.of(host));
    return new LocalCertificate(
        Files.writeString(folder.resolve("ca.pem"), authority.pem()),
        Files.writeString(folder.resolve("server.pem"), issued.certificatePem()),
        Files.writeString(folder.resolve("key.pem"), issued.keyPem()));
  }

  private Path image() {
    var image = folder.resolve("d.qcow2");
    QemuImg.run("qemu-img", "create", "-f", "qcow2", image.toString(), "16M");
    QemuImg.io(image, "write -P 0x42 1M 4M");
    return image;
  }

  private static List<String> backup(Path image) {
    return List.of(
        "--vm",
        "shop/db-01",
        "--backup",
        "nightly-1",
        "--checkpoint",
        "c1-2026-01-11_01-00-03",
        "--type",
        "full",
        "--disk",
        "d=" + image);
  }

  private static List<String> command(String name, List<String> location, List<String> words) {
    var line = new ArrayList<>(List.of(PROGRAM, name));
    line.addAll(location);
    line.addAll(words);
    return line;
  }

  private Process start(Map<String, String> environment, List<String> line) throws IOException {
    var builder =
        new ProcessBuilder(line)
            .redirectOutput(folder.resolve("out").toFile())
            .redirectError(folder.resolve("err").toFile());
    builder.environment().putAll(environment);
    return builder.start();
  }

  private Ended await(Process process) throws IOException {
    try {
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError("still running: " + Files.readString(folder.resolve("err")));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
    return new Ended(
        process.exitValue(),
        Files.readString(folder.resolve("out"), StandardCharsets.UTF_8),
        Files.readString(folder.resolve("err"), StandardCharsets.UTF_8));
  }

  private static String path() {
    return System.getenv("PATH");
  }
}
