// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.training;

import io.virtmover.tls.LoopbackCertificate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Base64;

/** What a controller hands to the mover of the training backup (docs/transfer-contract.md). */
final class TrainingRequest {
  private static final String CREDENTIALS =
      """
      [default]
      aws_access_key_id = training
      aws_secret_access_key = training
      """;

  private TrainingRequest() {}

  /** Writes it beside the files that it names. */
  static Path write(Path folder, TrainingServers servers, Path pushed, long pulledSize)
      throws IOException, GeneralSecurityException {
    var ca = LoopbackCertificate.pem(folder.resolve("ca.pem"));
    var token = Files.writeString(folder.resolve("token"), "training");
    var encoded = Base64.getEncoder().encodeToString(Files.readAllBytes(ca));
    var location =
        Files.writeString(
            folder.resolve("location.yaml"),
            """
            kind: BackupStorageLocation
            spec:
              provider: aws
              objectStorage: {bucket: training, caCert: "%s"}
              config: {region: us-east-1, s3Url: "%s", s3ForcePathStyle: "true"}
            """
                .formatted(encoded, servers.address()));
    var credentials = Files.writeString(folder.resolve("credentials"), CREDENTIALS);
    return Files.writeString(
        folder.resolve("request.json"),
        """
        {
          "version": "1.1",
          "id": "training",
          "location": {"file": "%s", "credentials": "%s"},
          "vm": {"namespace": "shop", "name": "db-01"},
          "backup": {
            "backup": "training",
            "checkpoint": "training-2026-01-11_01-00-03",
            "disks": [
              {"volume": "pushed", "file": {"path": "%s"}},
              {"volume": "pulled", "export": {"address": "%s", "size": %d}}
            ],
            "exportCa": "%s",
            "exportToken": "%s"
          },
          "resultFile": "%s",
          "callback": {"address": "%s", "ca": "%s", "token": "%s"}
        }
        """
            .formatted(
                location,
                credentials,
                pushed,
                servers.volume(),
                pulledSize,
                ca,
                token,
                folder.resolve("result.json"),
                servers.address(),
                ca,
                token));
  }
}
