// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.cli;

import io.virtmover.location.Location;
import io.virtmover.location.LocationFile;
import io.virtmover.transfer.RequestCodec;
import io.virtmover.transfer.TransferRequest;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "run",
    description = {
      "Makes the transfer that a request file describes: what a mover pod executes.",
      "",
      "Request and result are versioned JSON, see docs/transfer-contract.md."
    },
    footer = {"", "Example:", "  virtmover run --request /etc/virtmover/request.json --json"})
final class RunCommand extends MoverCommand {
  @Option(names = "--request", required = true, paramLabel = "FILE", description = "the request")
  Path file = Path.of("");

  private @Nullable TransferRequest request;

  @Override
  String attempt() {
    var read = RequestCodec.read(file);
    request = read;
    return read.id();
  }

  private TransferRequest request() {
    if (request == null) {
      throw new IllegalStateException("the request has not been read");
    }
    return request;
  }

  @Override
  @Nullable Path resultFile() {
    return request == null ? null : request.resultFile().orElse(null);
  }

  @Override
  Location location() {
    var files = request().location();
    return LocationFile.read(files.manifest(), files.customerKey(), files.credentials())
        .withAccess(Optional.empty(), files.profile());
  }

  @Override
  Outcome execute(Context context) {
    return Jobs.run(
        context, request().vm(), request().task(), Jobs.Settings.usual(context.attempt()));
  }
}
