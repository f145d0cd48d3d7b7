// SPDX-License-Identifier: Apache-2.0
package io.virtmover.objectstore.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.virtmover.lab.pki.LocalCertificate;
import io.virtmover.lab.s3.VersityGateway;
import io.virtmover.location.ChecksumAlgorithm;
import io.virtmover.location.Encryption;
import io.virtmover.objectstore.ObjectStore;
import io.virtmover.objectstore.ObjectStoreContract;
import io.virtmover.objectstore.WriteCondition;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The S3 adapter against a real server, with every checksum a location can ask for, and TLS. */
class S3StoreContractTest {

  @Nested
  class WithCrc32 extends OnVersityGateway {
    WithCrc32() {
      super(ChecksumAlgorithm.CRC32, false);
    }
  }

  @Nested
  class WithCrc32cOverTls extends OnVersityGateway {
    WithCrc32cOverTls() {
      super(ChecksumAlgorithm.CRC32C, true);
    }
  }

  @Nested
  class WithSha1 extends OnVersityGateway {
    WithSha1() {
      super(ChecksumAlgorithm.SHA1, false);
    }
  }

  @Nested
  class WithSha256 extends OnVersityGateway {
    WithSha256() {
      super(ChecksumAlgorithm.SHA256, false);
    }
  }

  @Nested
  class WithoutChecksums extends OnVersityGateway {
    WithoutChecksums() {
      super(ChecksumAlgorithm.NONE, false);
    }

    @Test
    void shouldListMoreThanFitsOnAPage() {
      // given
      var names = IntStream.range(0, 1005).mapToObj("p/%04d/x"::formatted).toList();
      names.parallelStream().forEach(key -> put(key, "", WriteCondition.always()));

      // then
      assertThat(keys("p/")).isEqualTo(names);
      assertThat(store().folders("p/")).hasSize(names.size());
    }
  }

  /** A server and an empty bucket of its own for each test. */
  abstract static class OnVersityGateway extends ObjectStoreContract {
    private final ChecksumAlgorithm checksum;
    private final boolean tls;
    @TempDir private Path folder;
    private VersityGateway s3;
    private ObjectStore store;

    OnVersityGateway(ChecksumAlgorithm checksum, boolean tls) {
      this.checksum = checksum;
      this.tls = tls;
    }

    @BeforeEach
    void start() {
      var ca = Optional.<String>empty();
      if (tls) {
        var certificate = LocalCertificate.create(folder);
        s3 = VersityGateway.startTls(certificate);
        ca = Optional.of(certificate.caPem());
      } else {
        s3 = VersityGateway.start();
      }
      var location =
          Locations.on(s3, s3.endpoint(), ca, new Encryption.BucketDefault(), Map.of(), checksum);
      store = S3ObjectStore.open(location, 4);
    }

    @AfterEach
    void stop() {
      store.close();
      s3.close();
    }

    @Override
    protected ObjectStore store() {
      return store;
    }
  }
}
