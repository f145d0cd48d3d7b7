// SPDX-License-Identifier: Apache-2.0
package io.virtmover.location;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocationFileTest {
  @TempDir private Path folder;

  @Test
  void shouldReadWhatKubectlPrints() throws IOException {
    // given
    var pem = "-----BEGIN CERTIFICATE-----";
    var file =
        file(
            """
            apiVersion: velero.io/v1
            kind: BackupStorageLocation
            metadata:
              name: default
              namespace: velero
            spec:
              provider: aws
              default: true
              accessMode: ReadOnly
              objectStorage:
                bucket: /bkt/
                prefix: /oadp/
                caCert: %s
              config:
                region: eu-central-1
                s3Url: https://s3.example:9000
                s3ForcePathStyle: "T"
                profile: backup
                checksumAlgorithm: ""
                tagging: team=db&cost=7
                serverSideEncryption: AES256
                signatureVersion: "4"
            status:
              phase: Available
            """
                .formatted(
                    Base64.getEncoder().encodeToString(pem.getBytes(StandardCharsets.US_ASCII))));

    // when
    var location = read(file);

    // then
    assertThat(location.bucket()).isEqualTo("bkt");
    assertThat(location.prefix()).isEqualTo("oadp");
    assertThat(location.server().region()).contains("eu-central-1");
    assertThat(location.server().endpoint()).contains(URI.create("https://s3.example:9000"));
    assertThat(location.server().pathStyle()).isTrue();
    assertThat(location.access().profile()).isEqualTo("backup");
    assertThat(location.objectSettings().checksum()).isEqualTo(ChecksumAlgorithm.NONE);
    assertThat(location.objectSettings().tags())
        .containsEntry("team", "db")
        .containsEntry("cost", "7");
    assertThat(location.objectSettings().encryption())
        .isEqualTo(new Encryption.ServerSide("AES256"));
    assertThat(location.server().trust()).isEqualTo(TlsTrust.ofAuthorities(Optional.of(pem)));
    assertThat(location.access().readOnly()).isTrue();
  }

  @Test
  void shouldNameTheFileThatIsWrong() throws IOException {
    assertRefused("bsl.yaml: spec.config has the unknown key", file(manifest("config: {bkt: b}")));
  }

  @Test
  void shouldTakeTheOnlyLocationOfAList() throws IOException {
    var item = "{kind: BackupStorageLocation, spec: {provider: aws, objectStorage: {bucket: b}}}";
    assertThat(read(file("kind: List\nitems: [%s]".formatted(item))))
        .isEqualTo(Location.of("b", ""));
    assertRefused("its kind is 'List'", file("kind: List\nitems: [%s, %s]".formatted(item, item)));
  }

  @Test
  void shouldTakeTheFilesThatHoldTheSecrets() throws IOException {
    // given
    var file =
        file(
            manifest(
                "credential: {name: s, key: cloud}\n"
                    + "  config: {customerKeyEncryptionSecret: sse/key}"));
    var key = Files.write(folder.resolve("key"), new byte[32]);

    // when
    var location = LocationFile.read(file, Optional.of(key), Optional.of(Path.of("/own")));

    // then
    assertThat(location.access().credentialsFile()).contains(Path.of("/own"));
    assertThat(location.objectSettings().encryption()).isInstanceOf(Encryption.CustomerKey.class);
  }

  @Test
  void shouldRefuseWhatIsNotABackupStorageLocation() throws IOException {
    assertRefused("not one Backup", file("kind: Secret"));
    assertRefused("is not YAML; see line 1", file("a: [b"));
    assertRefused("there is no such file", folder.resolve("no-such"));
    assertRefused("larger than a manifest", file("#".repeat((1 << 20) + 1)));
  }

  private static Location read(Path file) {
    return LocationFile.read(file, Optional.empty(), Optional.empty());
  }

  private static String manifest(String config) {
    return """
        kind: BackupStorageLocation
        spec:
          provider: velero.io/aws
          objectStorage: {bucket: b}
          %s
        """
        .formatted(config);
  }

  private Path file(String text) throws IOException {
    return Files.writeString(folder.resolve("bsl.yaml"), text);
  }

  private static void assertRefused(String message, Path file) {
    assertThatThrownBy(() -> read(file))
        .isInstanceOfSatisfying(
            VirtMoverException.class,
            failure -> {
              assertThat(failure.kind()).isEqualTo(FailureKind.INVALID_REQUEST);
              assertThat(failure.getMessage()).contains(message).doesNotContain("\n");
            });
  }
}
