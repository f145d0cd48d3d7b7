// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.junit;

import io.fabric8.kubernetes.client.KubernetesClientException;
import io.virtmover.lab.kubevirt.api.Release;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives tests of the cluster what they need: a parameter of the type {@link LabNamespace}. The lab
 * is the one that {@code VIRTMOVER_LAB} names ({@code lab} without it), or with {@link
 * KubeVirtRelease} one beside it; when it is not up it is started, once, and taken down when all
 * tests are over. After a failure events, logs and objects of the namespace are in {@code
 * target/lab-report}.
 */
public final class LabCluster implements ParameterResolver, AfterTestExecutionCallback {
  private static final Namespace STORE = Namespace.create(LabCluster.class);

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType().equals(LabNamespace.class);
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter
        .findAnnotation(KubeVirtRelease.class)
        .map(KubeVirtRelease::value)
        .map(release -> namespaceIn(Optional.of(release), release, context))
        .orElseGet(() -> namespaceOf(context));
  }

  /** The namespace of a test; for extensions that build on this one. */
  public static LabNamespace namespaceOf(ExtensionContext context) {
    return namespaceIn(release(context), LabNamespace.class, context);
  }

  private static LabNamespace namespaceIn(
      Optional<Release> release, Object key, ExtensionContext context) {
    var lab =
        context
            .getRoot()
            .getStore(STORE)
            .computeIfAbsent(release, RunningLab::joinOrStart, RunningLab.class);
    return context
        .getStore(STORE)
        .computeIfAbsent(key, _ -> LabNamespace.create(lab, nameOf(context)), LabNamespace.class);
  }

  @Override
  public void afterTestExecution(ExtensionContext context) {
    var namespace = context.getStore(STORE).get(LabNamespace.class, LabNamespace.class);
    var failure = context.getExecutionException();
    if (namespace == null || failure.isEmpty()) {
      return;
    }
    try {
      new LabReport(namespace).write(context);
    } catch (KubernetesClientException e) {
      failure.get().addSuppressed(e);
    }
  }

  private static Optional<Release> release(ExtensionContext context) {
    return Optional.ofNullable(context.getRequiredTestClass().getAnnotation(KubeVirtRelease.class))
        .map(KubeVirtRelease::value);
  }

  /** Readable in a list of namespaces, and allowed as a name. */
  private static String nameOf(ExtensionContext context) {
    var method = context.getRequiredTestMethod().getName();
    var name =
        method
            .replaceAll("([a-z0-9])([A-Z])", "$1-$2")
            .toLowerCase(Locale.ROOT)
            .replaceAll("[^a-z0-9]+", "-");
    return name.substring(0, Math.min(40, name.length())).replaceAll("-$", "");
  }
}
