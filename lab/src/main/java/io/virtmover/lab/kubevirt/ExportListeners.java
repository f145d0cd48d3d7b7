// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt;

import java.time.Instant;

/**
 * Where the exporter pods of the laboratory forward their connections to: a listener on the node
 * that speaks TLS with the pod's certificate and answers as KubeVirt's export server does, 503
 * until the launcher has connected the backup.
 */
public interface ExportListeners {
  /**
   * What an exporter pod needs to know.
   *
   * @param tokenSecret the Secret whose key {@code token} clients must send; it is read for each
   *     request
   * @param certificatePem the certificate chain of the pod's service; {@code keyPem} is its key
   */
  record Exporter(
      String namespace,
      String exportName,
      String backupName,
      String tokenSecret,
      String certificatePem,
      String keyPem,
      Instant deadline) {}

  /**
   * Opens a listener, or finds the one that is open for this export.
   *
   * @return its address, {@code host:port}
   */
  String open(Exporter exporter);

  /** Closes the listener of an export, if there is one. */
  void close(String namespace, String exportName);
}
