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
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

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
    var location = read(file, Optional.empty());

    // then
    assertThat(location.bucket()).isEqualTo("bkt");
    assertThat(location.prefix()).isEqualTo("oadp");
    assertThat(location.region()).contains("eu-central-1");
    assertThat(location.endpoint()).contains(URI.create("https://s3.example:9000"));
    assertThat(location.pathStyle()).isTrue();
    assertThat(location.profile()).isEqualTo("backup");
    assertThat(location.checksum()).isEqualTo(ChecksumAlgorithm.NONE);
    assertThat(location.tags()).containsEntry("team", "db").containsEntry("cost", "7");
    assertThat(location.encryption()).isEqualTo(new Encryption.ServerSide("AES256"));
    assertThat(location.caPem()).contains(pem);
    assertThat(location.readOnly()).isTrue();
  }

  @Test
  void shouldUseCrc32WhenTheChecksumAlgorithmIsAbsent() throws IOException {
    var location = read(file(manifest("config: {region: x}")), Optional.empty());
    assertThat(location.checksum()).isEqualTo(ChecksumAlgorithm.CRC32);
    assertThat(location.readOnly()).isFalse();
  }

  @Test
  void shouldTakeTheCustomerKeyFromItsMountedSecret() throws IOException {
    var key = Files.write(folder.resolve("key"), new byte[32]);
    var file = file(manifest("config: {customerKeyEncryptionSecret: sse/key}"));
    assertThat(read(file, Optional.of(key)).encryption())
        .isInstanceOf(Encryption.CustomerKey.class)
        .hasToString("CustomerKey[not shown]");
    Files.write(key, new byte[33]);
    assertRefused(FailureKind.INVALID_REQUEST, "exactly 32", file, Optional.of(key));
    assertRefused(FailureKind.INVALID_REQUEST, "--customer-key", file, Optional.empty());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          config: {regoin: x}                                   | regoin
          config: {s3ForcePathStyle: maybe}                     | s3ForcePathStyle
          config: {s3Url: 'ftp://x'}                            | ftp://x
          config: {s3Url: ':::'}                                | :::
          config: {checksumAlgorithm: MD4}                      | MD4
          config: {tagging: 'a=b'}                              | 2 to 10
          config: {tagging: 'a&b'}                              | key=value
          config: {kmsKeyId: a, customerKeyEncryptionFile: /b}  | only one
          config: {region: 'a/b'}                               | a/b
          config: {region: [a]}                                 | spec.config.region is not a text
          config: {bucket: b}                                   | unknown key 'bucket'
          accessMode: readonly                                  | accessMode is 'readonly'
          credential: {name: sec, key: cloud}                   | the key 'cloud' of the secret 'sec'; give its content with --credentials
          """)
  void shouldNameTheKeyThatIsWrong(String config, String message) throws IOException {
    assertRefused(FailureKind.INVALID_REQUEST, message, file(manifest(config)), Optional.empty());
  }

  @Test
  void shouldRefuseWhatIsNotABackupStorageLocation() throws IOException {
    assertRefused(
        FailureKind.INVALID_REQUEST, "not one Backup", file("kind: Secret"), Optional.empty());
    assertRefused(FailureKind.INVALID_REQUEST, "not YAML", file("a: [b"), Optional.empty());
    assertRefused(
        FailureKind.INVALID_REQUEST, "no-such", folder.resolve("no-such"), Optional.empty());
    assertRefused(
        FailureKind.UNSUPPORTED,
        "azure",
        file("kind: BackupStorageLocation\nspec: {provider: azure, objectStorage: {bucket: b}}"),
        Optional.empty());
    assertRefused(
        FailureKind.INVALID_REQUEST,
        "names no bucket",
        file("kind: BackupStorageLocation\nspec: {provider: aws, objectStorage: {prefix: b}}"),
        Optional.empty());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://user:hush@s3.example",
        "https://user:hu/sh@s3.example",
        "https://user:hu sh@s3.example",
        "https://s3.example?token=hush",
        "https://s3.example/#hush",
        "ftp://user:hush@s3.example",
        "//user:hush@s3.example"
      })
  void shouldNotRepeatASecretInAnAddress(String address) throws IOException {
    var file = file(manifest("config: {s3Url: \"" + address + "\"}"));
    assertThatThrownBy(() -> read(file, Optional.empty()))
        .isInstanceOf(VirtMoverException.class)
        .message()
        .contains("bsl.yaml, s3Url: ")
        .doesNotContain("hu", "sh@", "user", "token");
  }

  @Test
  void shouldTakeAnEmptyValueAsNone() throws IOException {
    var file = file(manifest("config: {region: , profile: '', s3Url: null}"));
    var location = read(file, Optional.empty());
    assertThat(location.region()).isEmpty();
    assertThat(location.endpoint()).isEmpty();
    assertThat(location.profile()).isEqualTo("default");
  }

  @Test
  void shouldTakeKeysThatChangeNothingHere() throws IOException {
    var plain = read(file(manifest("config: {}")), Optional.empty());
    var file =
        file(
            manifest(
                "config: {publicUrl: 'https://x', signatureVersion: '1', enableSharedConfig: 'true'}"));
    assertThat(read(file, Optional.empty())).isEqualTo(plain);
  }

  @Test
  void shouldTakeTheCredentialsFileThatTheLocationNamesUnlessAnotherIsGiven() throws IOException {
    var file = file(manifest("config: {credentialsFile: /credentials/cloud}"));
    assertThat(read(file, Optional.empty()).credentialsFile())
        .contains(Path.of("/credentials/cloud"));
    assertThat(
            LocationFile.read(file, Optional.empty(), Optional.of(Path.of("/own")))
                .credentialsFile())
        .contains(Path.of("/own"));
    var withSecret = file(manifest("credential: {name: s, key: cloud}"));
    assertThat(
            LocationFile.read(withSecret, Optional.empty(), Optional.of(Path.of("/own")))
                .credentialsFile())
        .contains(Path.of("/own"));
  }

  @Test
  void shouldRefuseACustomerKeyThatDoesNotApply() throws IOException {
    var key = Files.write(folder.resolve("key"), new byte[32]);
    for (var config : List.of("config: {}", "config: {kmsKeyId: a}")) {
      assertRefused(
          FailureKind.INVALID_REQUEST,
          "does not encrypt with a customer key",
          file(manifest(config)),
          Optional.of(key));
    }
  }

  @Test
  void shouldTakeTheFirstBytesOfACustomerKeyFile() throws IOException {
    var key =
        Files.write(
            folder.resolve("key"),
            "0123456789abcdef0123456789abcdef+\n".getBytes(StandardCharsets.US_ASCII));
    var encryption =
        read(file(manifest("config: {customerKeyEncryptionFile: " + key + "}")), Optional.empty())
            .encryption();
    assertThat(encryption)
        .isInstanceOfSatisfying(
            Encryption.CustomerKey.class,
            customer ->
                assertThat(StandardCharsets.US_ASCII.decode(customer.key().duplicate()).toString())
                    .isEqualTo("0123456789abcdef0123456789abcdef"));
  }

  private static Location read(Path file, Optional<Path> customerKey) {
    return LocationFile.read(file, customerKey, Optional.empty());
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

  private static void assertRefused(
      FailureKind kind, String message, Path file, Optional<Path> key) {
    assertThatThrownBy(() -> read(file, key))
        .isInstanceOfSatisfying(
            VirtMoverException.class,
            failure -> {
              assertThat(failure.kind()).isEqualTo(kind);
              assertThat(failure.getMessage()).contains(message).doesNotContain("\n");
            });
  }
}
