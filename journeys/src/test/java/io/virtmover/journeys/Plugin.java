// SPDX-License-Identifier: Apache-2.0
package io.virtmover.journeys;

/** A Velero plugin, by the marks that it leaves on requests. */
enum Plugin {
  /** VirtMover's. */
  OURS("cnv", "virtmover.io/"),
  /** The one of the OADP KubeVirt data mover written in Go. */
  PEERS("kubevirt", "kubevirt-datamover.io/");

  private final String datamover;
  private final String prefix;

  Plugin(String datamover, String prefix) {
    this.datamover = datamover;
    this.prefix = prefix;
  }

  /** What it writes to {@code spec.datamover}. */
  String datamover() {
    return datamover;
  }

  /** A label or annotation of its own. */
  String key(String name) {
    return prefix + name;
  }
}
