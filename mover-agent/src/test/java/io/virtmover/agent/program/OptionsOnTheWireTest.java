// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.program;

import static org.assertj.core.api.Assertions.assertThat;

import io.virtmover.agent.image.qcow2.QemuImg;
import io.virtmover.lab.s3.FaultProxy;
import io.virtmover.lab.s3.VersityGateway;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the program's options change in what it sends and writes. */
class OptionsOnTheWireTest {
  @TempDir private Path folder;

  private VersityGateway s3;
  private FaultProxy proxy;

  @BeforeEach
  void start() {
    s3 = VersityGateway.start();
    proxy = FaultProxy.before(s3.endpoint());
  }

  @AfterEach
  void stop() {
    proxy.close();
    s3.close();
  }

  @Test
  void theRegion_isInTheSignature() {
    // versitygw has one region, us-east-1; another one is refused, but it was sent.
    var _ = list("--region", "eu-north-7", "--path-style");
    assertThat(proxy.requests())
        .isNotEmpty()
        .allMatch(seen -> seen.headers().get("authorization").contains("/eu-north-7/s3/"));
  }

  @Test
  void theBucketAndThePrefix_areWhereItLooks() {
    assertThat(list("--region", "us-east-1", "--path-style", "--prefix", "pre/fix").exitCode())
        .isZero();
    assertThat(proxy.requests())
        .isNotEmpty()
        .allMatch(seen -> seen.path().startsWith("/" + VersityGateway.BUCKET))
        .anyMatch(seen -> (seen.path() + seen.query()).contains("pre"));
  }

  @Test
  void theProfile_isWhoItIs() throws IOException {
    // given
    var good = Files.readString(s3.credentials()).replace("[default]", "[profile of others]");
    var file =
        Files.writeString(
            folder.resolve("cloud"),
            "[default]\naws_access_key_id = nobody\naws_secret_access_key = x\n" + good);

    // when
    var own = runList(file, "--profile", "of others");
    var other = runList(file);

    // then
    assertThat(own.exitCode()).as(own.err()).isZero();
    assertThat(other.exitCode()).as(other.err()).isNotZero();
    assertThat(proxy.requests().getFirst().headers().get("authorization"))
        .contains("Credential=lab/");
    assertThat(proxy.requests().getLast().headers().get("authorization"))
        .contains("Credential=nobody/");
  }

  @Test
  void aCustomerKeyBesideABucket_goesWithEveryObject() throws IOException {
    // given
    var key = Files.writeString(folder.resolve("key"), "0123456789abcdef0123456789abcdef");

    // when
    var ended = backup("--customer-key", key.toString());

    // then
    assertThat(ended.exitCode()).as(ended.err()).isZero();
    var writes =
        proxy.requests().stream()
            .filter(seen -> seen.method().equals("PUT"))
            .filter(seen -> seen.headers().containsKey("x-amz-content-sha256"));
    assertThat(writes)
        .isNotEmpty()
        .allSatisfy(
            seen ->
                assertThat(seen.headers())
                    .as(seen.toString())
                    .containsEntry(
                        "x-amz-server-side-encryption-customer-key",
                        "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="));
  }

  @Test
  void aCustomerKeyBesideALocationWithoutOne_isRefused() throws IOException {
    var key = Files.writeString(folder.resolve("key"), "0123456789abcdef0123456789abcdef");
    var location =
        Files.writeString(
            folder.resolve("bsl.yaml"),
            "kind: BackupStorageLocation\nspec: {provider: aws, objectStorage: {bucket: b}}");
    var ended =
        VirtMover.runExactly(
            List.of(
                "list",
                "--location",
                location.toString(),
                "--customer-key",
                key.toString(),
                "--json"));
    assertThat(ended.exitCode()).isEqualTo(2);
    ended.assertOneClearLine("does not encrypt with a customer key");
  }

  @Test
  void whatIsToBeRecorded_isRecorded() throws IOException {
    // when
    var ended = backup("--vm-uid", "uid-7", "--reason", "Requested");

    // then
    assertThat(ended.exitCode()).as(ended.err()).isZero();
    assertThat(Files.readString(s3.object("checkpoint.json")))
        .contains("uid-7", "\"reason\": \"Requested\"");
  }

  private VirtMover.Ended list(String... words) {
    var line = new ArrayList<>(List.of("list", "--json", "--bucket", VersityGateway.BUCKET));
    if (!List.of(words).contains("--prefix")) {
      line.addAll(List.of("--prefix", "oadp"));
    }
    line.addAll(List.of("--endpoint", proxy.endpoint().toString()));
    line.addAll(List.of("--credentials", s3.credentials().toString()));
    line.addAll(List.of(words));
    return VirtMover.runExactly(line);
  }

  private VirtMover.Ended runList(Path credentials, String... words) {
    var line = new ArrayList<>(List.of("list", "--json", "--bucket", VersityGateway.BUCKET));
    line.addAll(List.of("--prefix", "oadp", "--region", "us-east-1", "--path-style"));
    line.addAll(List.of("--endpoint", proxy.endpoint().toString()));
    line.addAll(List.of("--credentials", credentials.toString()));
    line.addAll(List.of(words));
    return VirtMover.runExactly(line);
  }

  private VirtMover.Ended backup(String... words) {
    var image = folder.resolve("d.qcow2");
    QemuImg.run("qemu-img", "create", "-f", "qcow2", image.toString(), "16M");
    QemuImg.io(image, "write -P 0x42 1M 4M");
    return VirtMover.on(s3, proxy.endpoint())
        .backup("b1", "c1-2026-01-11_01-00-03", "full", image, words);
  }
}
