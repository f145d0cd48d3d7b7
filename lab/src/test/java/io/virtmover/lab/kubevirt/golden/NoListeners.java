// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt.golden;

import io.virtmover.lab.kubevirt.ExportListeners;

/** Nobody reads in these tests: the address only has to be the same every time. */
final class NoListeners implements ExportListeners {
  @Override
  public String open(Exporter exporter) {
    return "127.0.0.1:9";
  }

  @Override
  public void close(String namespace, String exportName) {}
}
