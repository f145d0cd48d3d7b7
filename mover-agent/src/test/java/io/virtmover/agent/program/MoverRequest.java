// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.program;

import io.virtmover.domain.VmRef;
import io.virtmover.transfer.Callback;
import io.virtmover.transfer.LocationFiles;
import io.virtmover.transfer.RequestCodec;
import io.virtmover.transfer.Task;
import io.virtmover.transfer.TransferRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A request as a controller hands it to a mover pod.
 *
 * @param file beside the files that it names
 */
public record MoverRequest(Path file) {
  /** The id of its attempt. */
  public static final String ID = "du-7";

  private static final String CREDENTIALS =
      """
      [default]
      aws_access_key_id = lab
      aws_secret_access_key = lab-secret
      """;

  /** Writes one about the VM {@code shop/db-01}. */
  public static MoverRequest write(Path folder, URI store, Task task, Callback callback) {
    try {
      var request =
          new TransferRequest(
              ID,
              new LocationFiles(
                  Files.writeString(
                      folder.resolve("bsl.yaml"),
                      """
                      kind: BackupStorageLocation
                      spec:
                        provider: aws
                        objectStorage: {bucket: backups, prefix: oadp}
                        config: {region: us-east-1, s3Url: "%s", s3ForcePathStyle: "true"}
                      """
                          .formatted(store)),
                  Optional.of(Files.writeString(folder.resolve("cloud"), CREDENTIALS)),
                  Optional.empty(),
                  Optional.empty()),
              new VmRef("shop", "db-01"),
              task,
              Optional.of(folder.resolve("result.json")),
              Optional.of(callback));
      return new MoverRequest(
          Files.writeString(folder.resolve("request.json"), RequestCodec.write(request)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The command that carries it out. */
  public List<String> command() {
    return List.of("run", "--request", file.toString(), "--json");
  }
}
