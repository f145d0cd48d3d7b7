// SPDX-License-Identifier: Apache-2.0
package io.virtmover.objectstore.s3;

import io.virtmover.lab.s3.VersityGateway;
import io.virtmover.location.ChecksumAlgorithm;
import io.virtmover.location.Encryption;
import io.virtmover.location.Location;
import java.net.URI;
import java.util.Map;
import java.util.Optional;

/** Locations on a gateway's bucket, for tests that use the store without the program. */
final class Locations {
  private Locations() {}

  static Location on(
      VersityGateway s3,
      URI endpoint,
      Optional<String> caPem,
      Encryption encryption,
      Map<String, String> tags,
      ChecksumAlgorithm checksum) {
    return new Location(
        VersityGateway.BUCKET,
        "oadp",
        Optional.of("us-east-1"),
        Optional.of(endpoint),
        true,
        false,
        caPem,
        Optional.of(s3.credentials()),
        Location.DEFAULT_PROFILE,
        encryption,
        tags,
        checksum,
        false);
  }
}
