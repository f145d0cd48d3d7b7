// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.upload;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.virtmover.controller.config.ControllerConfig;
import io.virtmover.controller.mover.MoverPaths;
import io.virtmover.controller.mover.Owned;
import io.virtmover.controller.velero.DataUpload;
import io.virtmover.controller.watch.Creation;
import io.virtmover.domain.VmRef;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;

/**
 * The tokens of exports, by the name of the try. One lies in Velero's namespace first, where it can
 * be read again: in the VM's namespace secrets are only made and deleted.
 */
@ApplicationScoped
public class ExportTokens {
  /** The key that KubeVirt looks for. */
  private static final String KUBEVIRTS_KEY = "token";

  private static final int BYTES = 32;

  private final KubernetesClient client;
  private final ControllerConfig config;
  private final SecureRandom random = new SecureRandom();

  ExportTokens(KubernetesClient client, ControllerConfig config) {
    this.client = client;
    this.config = config;
  }

  /** Makes it for a try, unless it is there. */
  void make(DataUpload request, VmRef vm, String name) {
    var bytes = new byte[BYTES];
    random.nextBytes(bytes);
    create(
        request,
        config.namespace(),
        name,
        Map.of(MoverPaths.EXPORT_TOKEN_KEY, HexFormat.of().formatHex(bytes)));
    create(request, vm.namespace(), name, Map.of(KUBEVIRTS_KEY, get(name)));
  }

  /** The token; empty where its secret is gone. */
  Optional<String> find(String name) {
    return Optional.ofNullable(
            client.secrets().inNamespace(config.namespace()).withName(name).get())
        .map(Secret::getData)
        .flatMap(data -> Optional.ofNullable(data.get(MoverPaths.EXPORT_TOKEN_KEY)))
        .map(encoded -> new String(Base64.getDecoder().decode(encoded), StandardCharsets.US_ASCII));
  }

  /**
   * The token.
   *
   * @throws VirtMoverException {@code UNAVAILABLE} where its secret has just been deleted
   */
  String get(String name) {
    return find(name)
        .orElseThrow(
            () ->
                new VirtMoverException(
                    FailureKind.UNAVAILABLE,
                    "The secret %s with an export's token is gone from %s."
                        .formatted(name, config.namespace())));
  }

  private void create(DataUpload request, String namespace, String name, Map<String, String> data) {
    var secret =
        new SecretBuilder()
            .withMetadata(Owned.by(request, namespace, name))
            .withStringData(data)
            .build();
    Creation.unlessThere(client.resource(secret));
  }
}
