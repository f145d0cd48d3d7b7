// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.program;

import io.virtmover.lab.s3.VersityGateway;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/** What a mover pod finds in its mounts: a request and the manifest of a location. */
final class MountedRequest {
  private MountedRequest() {}

  /** Runs the program as a pod does, with the gateway's bucket as the location. */
  static VirtMover.Ended run(Path folder, VersityGateway s3, String task) throws IOException {
    return run(folder, location(folder, s3, Optional.empty()), s3, task);
  }

  /**
   * Likewise.
   *
   * @param location a BackupStorageLocation
   * @param task and whatever else the request says
   */
  static VirtMover.Ended run(Path folder, Path location, VersityGateway s3, String task)
      throws IOException {
    var request =
        Files.writeString(
            folder.resolve("request.json"),
            """
            {"version": "1.0", "id": "a-1",
             "location": {"file": "%s", "credentials": "%s"},
             "vm": {"namespace": "shop", "name": "db-01"},
             %s}
            """
                .formatted(location, s3.credentials(), task));
    return VirtMover.runExactly(List.of("run", "--request", request.toString(), "--json"));
  }

  /**
   * Writes the manifest of a location in the gateway's bucket.
   *
   * @param caPem who has to have signed its certificate, where it has one
   */
  static Path location(Path folder, VersityGateway s3, Optional<String> caPem) throws IOException {
    return Files.writeString(
        folder.resolve("bsl.yaml"),
        """
        kind: BackupStorageLocation
        spec:
          provider: aws
          objectStorage: {bucket: %s, prefix: oadp%s}
          config: {region: us-east-1, s3Url: "%s", s3ForcePathStyle: "true", checksumAlgorithm: CRC32C}
        """
            .formatted(
                VersityGateway.BUCKET,
                caPem.map(pem -> ", caCert: " + base64(pem)).orElse(""),
                s3.endpoint()));
  }

  private static String base64(String pem) {
    return Base64.getEncoder().encodeToString(pem.getBytes(StandardCharsets.US_ASCII));
  }
}
