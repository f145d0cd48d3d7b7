// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.mover;

import java.nio.file.Path;

/** Where a mover finds what it is given. */
public final class MoverPaths {
  /** The secret of the transfer. */
  static final String TRANSFER = "/etc/virtmover/transfer";

  static final String CREDENTIALS = "/etc/virtmover/credentials";
  static final String CUSTOMER_KEY = "/etc/virtmover/customer-key";
  static final String TOKEN_FOLDER = "/var/run/secrets/virtmover";

  static final String REQUEST_KEY = "request.json";
  static final String LOCATION_KEY = "location.json";
  static final String CALLBACK_CA_KEY = "callback-ca.pem";
  static final String EXPORT_CA_KEY = "export-ca.pem";

  /** The key of an export's token in the secret of a transfer. */
  public static final String EXPORT_TOKEN_KEY = "export-token";

  /** The certificates of an export's server. */
  public static final Path EXPORT_CA = Path.of(TRANSFER, EXPORT_CA_KEY);

  /** The token for an export. */
  public static final Path EXPORT_TOKEN = Path.of(TRANSFER, EXPORT_TOKEN_KEY);

  /** Where a claim is mounted, or its device lies. */
  public static final String VOLUME = "/mnt/volume";

  /** A block volume; not below {@code /dev}, where pods have mounts of their own. */
  public static final String DEVICE = "/volume";

  private MoverPaths() {}
}
