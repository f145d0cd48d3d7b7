// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import io.virtmover.lab.pki.CertificateAuthority;
import io.virtmover.tls.LoopbackCertificate;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class ExportAccessTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({
    "'secret', 'secret'",
    "'secret~n', 'secret'",
    "'secret~r~n~n', 'secret'",
    "' secret ', ' secret '",
    "'s\u00e9cret', 's\u00e9cret'"
  })
  void aToken_isExactButForTheLineBreakAtItsEnd(String content, String token) throws IOException {
    assertThat(withToken(content).token()).hasValue(token);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "~n", "hush~nhush", "hush\u0000", "hush\u007f", "hu\tsh"})
  void aTokenThatFitsIntoNoHeader_isRefusedWithoutBeingShown(String content) {
    assertThatThrownBy(() -> withToken(content))
        .isInstanceOfSatisfying(
            VirtMoverException.class,
            e -> assertThat(e.kind()).isEqualTo(FailureKind.INVALID_REQUEST))
        .hasMessageContaining("export token file " + folder.resolve("token"))
        .hasMessageNotContaining("hush");
  }

  @Test
  void aFileThatIsNotThere_isNamed() {
    // given
    var nowhere = Optional.of(folder.resolve("nowhere"));

    // then
    assertThatThrownBy(() -> ExportAccess.of(Optional.empty(), nowhere))
        .isInstanceOfSatisfying(
            VirtMoverException.class,
            e -> assertThat(e.kind()).isEqualTo(FailureKind.INVALID_REQUEST))
        .hasMessageContaining("Cannot read the export token file " + nowhere.orElseThrow());
    assertThatThrownBy(() -> ExportAccess.of(nowhere, Optional.empty()))
        .hasMessageContaining("Cannot read the export CA file " + nowhere.orElseThrow());
  }

  @Test
  void aFileThatIsNoSecret_isNotReadWhole() throws IOException {
    // given
    var large = Files.write(folder.resolve("large"), new byte[(1 << 20) + 1]);

    // then
    assertThatThrownBy(() -> ExportAccess.of(Optional.empty(), Optional.of(large)))
        .hasMessageContaining("The export token file " + large + " is too large");
  }

  @Test
  void aCaWithoutCertificates_isRefused() throws IOException {
    // given
    var none = Files.writeString(folder.resolve("ca"), "no certificate\n");

    // then
    assertThatThrownBy(() -> ExportAccess.of(Optional.of(none), Optional.empty()))
        .isInstanceOfSatisfying(
            VirtMoverException.class,
            e -> assertThat(e.kind()).isEqualTo(FailureKind.INVALID_REQUEST))
        .hasMessageContaining("The export CA file %s holds no PEM certificates", none)
        .hasMessageNotContaining("Exception");
  }

  @Test
  void aCa_opensTheServersOfItsCertificatesOnly() throws IOException, GeneralSecurityException {
    // given
    var ca = LoopbackCertificate.pem(folder.resolve("ca.pem"));
    var trusting = ExportAccess.of(Optional.of(ca), Optional.empty());
    var strict = ExportAccess.of(Optional.empty(), Optional.empty());

    // then
    assertThat(contactOf(trusting)).isEqualTo(Trouble.Contact.SERVED);
    assertThat(contactOf(strict)).isEqualTo(Trouble.Contact.NONE);
  }

  @Test
  void aCaThatIsRenewedMeanwhile_isReadAgain() throws IOException, GeneralSecurityException {
    // given
    var ca = folder.resolve("ca.pem");
    Files.writeString(ca, new CertificateAuthority("before", Clock.systemUTC()).pem());
    var access = ExportAccess.of(Optional.of(ca), Optional.empty());
    assertThat(contactOf(access)).isEqualTo(Trouble.Contact.NONE);

    // when
    var _ = LoopbackCertificate.pem(ca);

    // then
    assertThat(contactOf(access)).isEqualTo(Trouble.Contact.SERVED);
  }

  @Test
  void aCaThatCannotBeReadAgain_isDistrustAllTheSame() throws IOException {
    // given
    var ca = folder.resolve("ca.pem");
    Files.writeString(ca, new CertificateAuthority("before", Clock.systemUTC()).pem());
    var access = ExportAccess.of(Optional.of(ca), Optional.empty());

    // when
    Files.delete(ca);

    // then
    assertThat(troubleOf(access))
        .hasValueSatisfying(
            trouble -> assertThat(trouble.what()).contains("its certificate is not accepted"));
  }

  @Test
  void withoutFiles_theSystemIsTrustedAndNoTokenSent() throws NoSuchAlgorithmException {
    // when
    var access = ExportAccess.of(Optional.empty(), Optional.empty());

    // then
    assertThat(access.tls()).isSameAs(SSLContext.getDefault());
    assertThat(access.token()).isEmpty();
  }

  private ExportAccess withToken(String content) throws IOException {
    var file = folder.resolve("token");
    var text = content.replace("~n", "\n").replace("~r", "\r");
    Files.write(file, text.getBytes(StandardCharsets.ISO_8859_1));
    return ExportAccess.of(Optional.empty(), Optional.of(file));
  }

  private static Optional<Trouble> troubleOf(ExportAccess access) {
    try (var server = LoopbackExporter.start(GoodExporter.of(10));
        var client = server.client(access)) {
      return client.get(
          "/data?offset=0&length=1",
          "application/octet-stream",
          new BufferSink(ByteBuffer.allocate(1)));
    }
  }

  private static Trouble.Contact contactOf(ExportAccess access) {
    try (var server = LoopbackExporter.start(GoodExporter.of(10));
        var client = server.client(access)) {
      var sink = new BufferSink(ByteBuffer.allocate(1));
      var _ = client.get("/data?offset=0&length=1", "application/octet-stream", sink);
      return client.contact();
    }
  }
}
