// SPDX-License-Identifier: Apache-2.0
package io.virtmover.location;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A location from what the Kubernetes API says of it: no file has to be there. */
class LocationManifestTest {
  private static final String WHERE = "BackupStorageLocation velero/default";
  private static final LocationSecrets NONE =
      new LocationSecrets(Optional.empty(), Optional.empty(), Optional.empty());

  @TempDir private Path folder;

  @Test
  void shouldTakeTheTreeOfAnApiObject() {
    // given
    var object =
        Map.of(
            "provider",
            "aws",
            "accessMode",
            "ReadOnly",
            "objectStorage",
            Map.of("bucket", "bkt", "prefix", "oadp"),
            "config",
            Map.of("region", "eu-central-1", "s3ForcePathStyle", "true"));

    // when
    var location = read(new ObjectMapper().valueToTree(object), NONE);

    // then
    assertThat(location)
        .isEqualTo(
            new Location(
                "bkt",
                "oadp",
                new StoreServer(
                    Optional.of("eu-central-1"), Optional.empty(), true, TlsTrust.SYSTEM),
                new StoreAccess(Optional.empty(), "default", true),
                ObjectSettings.PLAIN));
  }

  @Test
  void shouldTakeTheSecretsThatTheCallerHasResolved() throws IOException {
    // given
    var spec =
        spec(
            """
            credential: {name: cloud, key: cloud}
            objectStorage: {bucket: b, caCertRef: {name: ca, key: ca.crt}}
            config: {customerKeyEncryptionSecret: sse/key}
            """);
    var key = Files.write(folder.resolve("key"), new byte[32]);

    // when
    var location =
        read(
            spec, new LocationSecrets(Optional.of(Path.of("/cloud")), Optional.of(key), of("pem")));

    // then
    assertThat(location.access().credentialsFile()).contains(Path.of("/cloud"));
    assertThat(location.server().trust()).isEqualTo(TlsTrust.ofAuthorities(of("pem")));
    assertThat(location.objectSettings().encryption()).isInstanceOf(Encryption.CustomerKey.class);
  }

  @Test
  void shouldRefuseTwoSourcesOfAuthorities() throws IOException {
    var spec = spec("objectStorage: {bucket: b, caCert: cGVt, caCertRef: {name: ca, key: k}}");
    assertRefused("which a file cannot resolve", spec, NONE);
    assertRefused(
        "only one of objectStorage.caCert and objectStorage.caCertRef can apply",
        spec,
        new LocationSecrets(Optional.empty(), Optional.empty(), of("pem")));
  }

  @ParameterizedTest
  @CsvSource({"'', none", "null, none", "cGVt, pem", "'cG\nVt', pem"})
  void shouldReadTheInlineAuthorities(String caCert, String pem) throws IOException {
    var spec = spec("objectStorage: {bucket: b, caCert: %s}".formatted(quoted(caCert)));
    assertThat(read(spec, NONE).server().trust().caPem().orElse("none")).isEqualTo(pem);
  }

  private static String quoted(String text) {
    return text.equals("null") ? text : "\"%s\"".formatted(text.replace("\n", "\\n"));
  }

  @Test
  void shouldUseCrc32WhenTheChecksumAlgorithmIsAbsent() throws IOException {
    assertThat(checksum("config: {region: x}")).isEqualTo(ChecksumAlgorithm.CRC32);
    assertThat(checksum("config: {checksumAlgorithm: }")).isEqualTo(ChecksumAlgorithm.NONE);
  }

  private static ChecksumAlgorithm checksum(String config) throws IOException {
    return read(bucket(config), NONE).objectSettings().checksum();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {}                                        | BucketDefault[]
          {serverSideEncryption: AES256}            | ServerSide[algorithm=AES256]
          {kmsKeyId: k}                             | KeyManagement[keyId=k]
          {kmsKeyId: k, serverSideEncryption: x}    | KeyManagement[keyId=k]
          {kmsKeyId: '', serverSideEncryption: x}   | ServerSide[algorithm=x]
          """)
  void shouldEncryptAsTheConfigSays(String config, String encryption) throws IOException {
    assertThat(read(bucket("config: " + config), NONE).objectSettings().encryption())
        .hasToString(encryption);
  }

  @Test
  void shouldTakeTheCustomerKeyFromItsMountedSecret() throws IOException {
    var key = Files.write(folder.resolve("key"), new byte[32]);
    var spec = bucket("config: {customerKeyEncryptionSecret: sse/key}");
    assertThat(read(spec, customerKey(key)).objectSettings().encryption())
        .isInstanceOf(Encryption.CustomerKey.class)
        .hasToString("CustomerKey[not shown]");
    Files.write(key, new byte[33]);
    assertRefused("exactly 32", spec, customerKey(key));
    assertRefused("--customer-key", spec, NONE);
  }

  @Test
  void shouldTakeTheFirstBytesOfACustomerKeyFile() throws IOException {
    // given
    var key = Files.writeString(folder.resolve("key"), "0123456789abcdef0123456789abcdef+\n");

    // when
    var encryption =
        read(bucket("config: {customerKeyEncryptionFile: " + key + "}"), NONE)
            .objectSettings()
            .encryption();

    // then
    assertThat(encryption)
        .isInstanceOfSatisfying(
            Encryption.CustomerKey.class,
            customer ->
                assertThat(StandardCharsets.US_ASCII.decode(customer.key().duplicate()).toString())
                    .isEqualTo("0123456789abcdef0123456789abcdef"));
  }

  @Test
  void shouldRefuseACustomerKeyThatDoesNotApply() throws IOException {
    var key = Files.write(folder.resolve("key"), new byte[32]);
    for (var config : List.of("config: {}", "config: {kmsKeyId: a}")) {
      assertRefused("does not encrypt with a customer key", bucket(config), customerKey(key));
    }
  }

  @Test
  void shouldTakeTheCredentialsFileThatTheLocationNamesUnlessAnotherIsGiven() throws IOException {
    var own = new LocationSecrets(Optional.of(Path.of("/own")), Optional.empty(), of());
    var named = bucket("config: {credentialsFile: /credentials/cloud}");
    assertThat(read(named, NONE).access().credentialsFile())
        .contains(Path.of("/credentials/cloud"));
    assertThat(read(named, own).access().credentialsFile()).contains(Path.of("/own"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          config: {regoin: x}                                   | regoin
          config: {s3ForcePathStyle: maybe}                     | s3ForcePathStyle
          config: {insecureSkipTLSVerify: maybe}                | insecureSkipTLSVerify
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
          objectStorage: {bucket: b, caCert: Q}                 | objectStorage.caCert is not base64
          objectStorage: {prefix: p}                            | names no bucket
          objectStorage: {bucket: b/c}                          | is not a bucket: a path inside it
          """)
  void shouldNameTheKeyThatIsWrong(String part, String message) throws IOException {
    assertRefused(message, bucket(part), NONE);
  }

  @Test
  void shouldRefuseAnotherProvider() throws IOException {
    assertThatThrownBy(() -> read(spec("provider: azure\nobjectStorage: {bucket: b}"), NONE))
        .hasMessage(WHERE + " has the provider 'azure'; VirtMover reaches S3 (provider aws).")
        .isInstanceOfSatisfying(
            VirtMoverException.class,
            failure -> assertThat(failure.kind()).isEqualTo(FailureKind.UNSUPPORTED));
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
    var spec = bucket("config: {s3Url: \"" + address + "\"}");
    assertThatThrownBy(() -> read(spec, NONE))
        .isInstanceOf(VirtMoverException.class)
        .message()
        .startsWith(WHERE + ", s3Url: ")
        .doesNotContain("hu", "sh@", "user", "token");
  }

  @Test
  void shouldTakeAnEmptyValueAsNone() throws IOException {
    var location = read(bucket("config: {region: , profile: '', s3Url: null}"), NONE);
    assertThat(location.server()).isEqualTo(StoreServer.AWS);
    assertThat(location.access()).isEqualTo(StoreAccess.USUAL);
  }

  @Test
  void shouldTakeKeysThatChangeNothingHere() throws IOException {
    var plain = read(bucket("config: {}"), NONE);
    var more =
        bucket(
            "config: {publicUrl: 'https://x', signatureVersion: '1', enableSharedConfig: 'true'}");
    assertThat(read(more, NONE)).isEqualTo(plain);
  }

  private static Optional<String> of(String... text) {
    return List.of(text).stream().findFirst();
  }

  private static LocationSecrets customerKey(Path file) {
    return new LocationSecrets(Optional.empty(), Optional.of(file), Optional.empty());
  }

  private static Location read(JsonNode spec, LocationSecrets secrets) {
    return LocationManifest.read(WHERE, spec, secrets);
  }

  /** A spec of the provider aws with a bucket, unless {@code part} says another. */
  private static JsonNode bucket(String part) throws IOException {
    return spec(part.startsWith("objectStorage") ? part : "objectStorage: {bucket: b}\n" + part);
  }

  private static JsonNode spec(String yaml) throws IOException {
    return new YAMLMapper()
        .readTree(yaml.startsWith("provider") ? yaml : "provider: velero.io/aws\n" + yaml);
  }

  private static void assertRefused(String message, JsonNode spec, LocationSecrets secrets) {
    assertThatThrownBy(() -> read(spec, secrets))
        .isInstanceOfSatisfying(
            VirtMoverException.class,
            failure -> {
              assertThat(failure.kind()).isEqualTo(FailureKind.INVALID_REQUEST);
              assertThat(failure.getMessage()).contains(message).doesNotContain("\n");
            });
  }
}
