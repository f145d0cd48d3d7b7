// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.image.qcow2;

/** How the compressed clusters of an image are compressed. */
public enum Compression {
  ZLIB(Qcow2Run.Kind.ZLIB),
  ZSTD(Qcow2Run.Kind.ZSTD);

  private final Qcow2Run.Kind kind;

  Compression(Qcow2Run.Kind kind) {
    this.kind = kind;
  }

  Qcow2Run.Kind kind() {
    return kind;
  }
}
