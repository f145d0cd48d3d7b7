// SPDX-License-Identifier: Apache-2.0
package io.virtmover.journeys;

import io.virtmover.lab.junit.LabCluster;
import io.virtmover.lab.junit.LabReport;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives tests a Velero of their own with the product beside it: {@link VeleroWithProduct}. It is
 * installed for the first that asks, and gone when all are over. After a failure the logs and the
 * requests are in {@code target/lab-report}.
 */
final class VeleroOnLab implements ParameterResolver, AfterTestExecutionCallback {
  private static final Namespace STORE = Namespace.create(VeleroOnLab.class);

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType().equals(VeleroWithProduct.class);
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return context
        .getRoot()
        .getStore(STORE)
        .computeIfAbsent(
            VeleroWithProduct.class,
            _ -> VeleroWithProduct.in(LabCluster.namespaceOf(context)),
            VeleroWithProduct.class);
  }

  @Override
  public void afterTestExecution(ExtensionContext context) {
    var used =
        context.getRoot().getStore(STORE).get(VeleroWithProduct.class, VeleroWithProduct.class);
    if (used == null || context.getExecutionException().isEmpty()) {
      return;
    }
    try {
      used.report(LabReport.folder(context));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
