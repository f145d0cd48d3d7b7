// SPDX-License-Identifier: Apache-2.0
package io.virtmover.journeys;

import io.virtmover.lab.junit.LabCluster;
import io.virtmover.lab.junit.LabReport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives tests the {@link InstalledProduct} of their lab. It is installed for the first that asks,
 * and uninstalled when all are over. After a failure its log and the requests are in {@code
 * target/lab-report}.
 */
final class ProductOnLab implements ParameterResolver, AfterTestExecutionCallback {
  private static final Namespace STORE = Namespace.create(ProductOnLab.class);

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType().equals(InstalledProduct.class);
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    var lab = LabCluster.namespaceOf(context);
    var product =
        context
            .getRoot()
            .getStore(STORE)
            .computeIfAbsent(
                lab.client().getMasterUrl().toString(),
                _ -> InstalledProduct.in(lab),
                InstalledProduct.class);
    // A second entry would be closed with the test; a plain reference is not.
    context.getStore(STORE).put(ProductOnLab.class, new Reference(product));
    return product;
  }

  private record Reference(InstalledProduct product) {}

  @Override
  public void afterTestExecution(ExtensionContext context) {
    var used = context.getStore(STORE).get(ProductOnLab.class, Reference.class);
    if (used == null || context.getExecutionException().isEmpty()) {
      return;
    }
    try {
      write(used.product(), LabReport.folder(context));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void write(InstalledProduct product, Path folder) throws IOException {
    Files.writeString(folder.resolve("controller.log"), product.log());
    LabReport.write(folder, product.client(), product.requests());
  }
}
