// SPDX-License-Identifier: Apache-2.0
package io.virtmover.objectstore.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import io.virtmover.lab.pki.LocalCertificate;
import io.virtmover.lab.s3.VersityGateway;
import io.virtmover.location.TlsTrust;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whom a location trusts: its authorities, then the system's; or everybody, where it says so. */
class StoreTrustTest {
  private static final List<String> HERE = List.of("localhost", "127.0.0.1");

  @TempDir private Path folder;

  @Test
  void theLocationsAuthority_isTrusted_whateverElseItsFileHolds() throws IOException {
    var certificate = certificate("store", HERE);
    var another = certificate("another", HERE);
    try (var s3 = VersityGateway.startTls(certificate)) {
      assertThat(look(s3, Optional.of(certificate.caPem()), false)).isEmpty();
      assertThat(look(s3, Optional.of(another.caPem() + certificate.caPem()), false)).isEmpty();
    }
  }

  @Test
  void otherAuthorities_areNot() throws IOException {
    try (var s3 = VersityGateway.startTls(certificate("store", HERE))) {
      assertRefused(s3, Optional.empty());
      assertRefused(s3, Optional.of(certificate("another", HERE).caPem()));
    }
  }

  @Test
  void aCertificateForAnotherName_isRefused_unlessNothingIsChecked() throws IOException {
    var certificate = certificate("store", List.of("other.example"));
    try (var s3 = VersityGateway.startTls(certificate)) {
      assertRefused(s3, Optional.of(certificate.caPem()));
      assertThat(look(s3, Optional.empty(), true)).isEmpty();
    }
  }

  private LocalCertificate certificate(String name, List<String> names) throws IOException {
    return LocalCertificate.create(Files.createDirectories(folder.resolve(name)), names);
  }

  private static void assertRefused(VersityGateway s3, Optional<String> ca) {
    assertThatThrownBy(() -> look(s3, ca, false))
        .isInstanceOfSatisfying(
            VirtMoverException.class,
            e -> assertThat(e.kind()).isEqualTo(FailureKind.ACCESS_DENIED))
        .hasMessageContaining("is not accepted");
  }

  /** Empty: the store has answered that there is no such object. */
  private static Optional<?> look(VersityGateway s3, Optional<String> ca, boolean trustsAll) {
    var location = Locations.on(s3, s3.endpoint(), new TlsTrust(ca, trustsAll));
    try (var store = S3ObjectStore.open(location, 1)) {
      return store.stat("no-such-key");
    }
  }
}
