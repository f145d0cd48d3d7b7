// SPDX-License-Identifier: Apache-2.0
package io.virtmover.journeys;

import io.virtmover.lab.junit.LabNamespace;
import io.virtmover.lab.junit.LabReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A Velero for tests alone with VirtMover's plugin in it, and the product beside it. */
record VeleroWithProduct(InstalledVelero velero, InstalledProduct product)
    implements AutoCloseable {

  /** Installs both; what deleted backups leave is freed as soon as it may be. */
  static VeleroWithProduct in(LabNamespace lab) {
    return with(InstalledVelero.in(lab), lab);
  }

  /** Installs both in another cluster, which may read this one's backups. */
  VeleroWithProduct reader(LabNamespace elsewhere) {
    return with(velero.reader(elsewhere), elsewhere);
  }

  private static VeleroWithProduct with(InstalledVelero velero, LabNamespace lab) {
    try {
      return new VeleroWithProduct(
          velero, InstalledProduct.beside(velero, lab, "collect.grace=1s"));
    } catch (RuntimeException | AssertionError e) {
      velero.close();
      throw e;
    }
  }

  /** Writes down what both have logged, and all requests. */
  void report(Path folder) throws IOException {
    Files.writeString(folder.resolve("velero.log"), velero.log());
    Files.writeString(folder.resolve("velero-controller.log"), product.log());
    LabReport.write(folder, product.client(), velero.requests());
  }

  /** The product goes last, since it holds what Velero deletes. */
  @Override
  public void close() {
    try {
      velero.close();
    } finally {
      product.close();
    }
  }
}
