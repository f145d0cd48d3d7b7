// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.virtmover.agent.callback.ControllerCallback;
import io.virtmover.agent.progress.Progress;
import io.virtmover.failure.VirtMoverException;
import io.virtmover.location.Location;
import io.virtmover.location.LocationFile;
import io.virtmover.transfer.RequestCodec;
import io.virtmover.transfer.ResultCodec;
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
  private @Nullable ControllerCallback callback;

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
  Progress heard(Progress shown) {
    callback =
        request()
            .callback()
            .map(
                of ->
                    ControllerCallback.start(
                        of, request().id(), shown, () -> program.cancel(Canceler.CONTROLLER)))
            .orElse(null);
    return callback == null ? shown : callback;
  }

  @Override
  void tell(String id, Optional<VirtMoverException> failure, Optional<JsonNode> report) {
    if (callback != null) {
      callback.end(ResultCodec.postedLine(id, failure, report), program.canceler().isPresent());
    }
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
