// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.mover;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.virtmover.controller.config.ControllerConfig;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.Unreadable;
import io.virtmover.failure.VirtMoverException;
import io.virtmover.transfer.Callback;
import io.virtmover.transfer.LocationFiles;
import io.virtmover.transfer.RequestCodec;
import io.virtmover.transfer.TransferRequest;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The files that a mover is given, as the secret that holds them. */
@ApplicationScoped
public class MoverFiles {
  private final ControllerConfig config;

  MoverFiles(ControllerConfig config) {
    this.config = config;
  }

  /** The secret of a transfer. */
  public Secret secret(MoverOrder order) {
    return new SecretBuilder()
        .withMetadata(Owned.by(order.request(), config.namespace(), order.name()))
        .withStringData(files(order))
        .build();
  }

  private Map<String, String> files(MoverOrder order) {
    var files = new LinkedHashMap<String, String>();
    files.put(MoverPaths.REQUEST_KEY, RequestCodec.write(request(order)));
    files.put(MoverPaths.LOCATION_KEY, order.location().manifest().toString());
    order
        .export()
        .ifPresent(
            export -> {
              files.put(MoverPaths.EXPORT_CA_KEY, export.authority());
              files.put(MoverPaths.EXPORT_TOKEN_KEY, export.token());
            });
    config.callback().address().ifPresent(_ -> files.put(MoverPaths.CALLBACK_CA_KEY, authority()));
    return files;
  }

  /** Read each time: the certificate is renewed while the controller runs. */
  private String authority() {
    var file = Path.of(config.callback().authority());
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new VirtMoverException(
          FailureKind.INTERNAL,
          "The certificates for the movers' reports cannot be read from %s: %s."
              .formatted(file, Unreadable.why(e)),
          e);
    }
  }

  private Optional<Callback> callback() {
    return config
        .callback()
        .address()
        .map(
            address ->
                Callback.of(
                    address,
                    Path.of(MoverPaths.TRANSFER, MoverPaths.CALLBACK_CA_KEY),
                    Path.of(MoverPaths.TOKEN_FOLDER, "token")));
  }

  private TransferRequest request(MoverOrder order) {
    var access = order.location();
    var files =
        new LocationFiles(
            Path.of(MoverPaths.TRANSFER, MoverPaths.LOCATION_KEY),
            access.credentials().map(key -> Path.of(MoverPaths.CREDENTIALS, key.key())),
            Optional.empty(),
            access.customerKey().map(key -> Path.of(MoverPaths.CUSTOMER_KEY, key.key())));
    return new TransferRequest(
        order.name(),
        files,
        order.vm(),
        order.task(),
        Optional.of(Path.of("/dev/termination-log")),
        callback());
  }
}
