// SPDX-License-Identifier: Apache-2.0
package io.virtmover.objectstore.s3;

import io.virtmover.lab.s3.VersityGateway;
import io.virtmover.location.ChecksumAlgorithm;
import io.virtmover.location.Encryption;
import io.virtmover.location.Location;
import io.virtmover.location.ObjectSettings;
import io.virtmover.location.StoreAccess;
import io.virtmover.location.StoreServer;
import io.virtmover.location.TlsTrust;
import java.net.URI;
import java.util.Map;
import java.util.Optional;

/** Locations on a gateway's bucket, for tests that use the store without the program. */
final class Locations {
  private Locations() {}

  static Location on(VersityGateway s3, URI endpoint, TlsTrust trust) {
    return new Location(
        VersityGateway.BUCKET,
        "oadp",
        new StoreServer(Optional.of("us-east-1"), Optional.of(endpoint), true, trust),
        StoreAccess.USUAL.with(Optional.of(s3.credentials()), Optional.empty()),
        ObjectSettings.PLAIN);
  }

  static Location on(
      VersityGateway s3,
      URI endpoint,
      Optional<String> caPem,
      Encryption encryption,
      Map<String, String> tags,
      ChecksumAlgorithm checksum) {
    return on(s3, endpoint, TlsTrust.ofAuthorities(caPem))
        .withObjectSettings(new ObjectSettings(encryption, tags, checksum));
  }
}
