// SPDX-License-Identifier: Apache-2.0
package io.virtmover.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.authorization.v1.ResourceAttributes;
import io.fabric8.kubernetes.api.model.authorization.v1.ResourceAttributesBuilder;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReviewBuilder;
import io.virtmover.lab.junit.LabNamespace;
import io.virtmover.lab.junit.PodRun;
import io.virtmover.lab.kubevirt.api.Fields;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The chart on a real cluster: what it installs runs, is reachable, and may what it must. */
@OnProduct
class ControllerInstallIT {
  private static final String CERTIFICATE = InstalledProduct.NAME + "-tls";

  @Test
  void theControllerIsReadyAndNothingOfItEnds(InstalledProduct product) {
    // when
    var health = product.manage("/q/health/ready");

    // then
    assertThat(health).contains("\"status\": \"UP\"").doesNotContain("DOWN");
    assertThat(product.restarts()).as(product.log()).isZero();
  }

  @Test
  void metricsCanBeRead(InstalledProduct product) {
    // when
    var metrics = product.manage("/q/metrics");

    // then
    assertThat(metrics)
        .contains(
            "jvm_memory_used_bytes",
            "virtmover_requests_waiting",
            "virtmover_callback_refused_total");
  }

  @Test
  void theControllerIsReachedByTheCertificateThatMoversAreGiven(
      LabNamespace lab, InstalledProduct product) {
    // given
    var authority = certificate(product).get("ca.crt");
    lab.create(
        new SecretBuilder()
            .withNewMetadata()
            .withName("authority")
            .endMetadata()
            .withData(Map.of("ca.crt", authority))
            .build());

    // when
    var asked =
        lab.run(
            PodRun.script(
                    "client",
                    """
                    curl -sS -m 20 -o /dev/null -w '%{http_code}' --cacert /secrets/authority/ca.crt \\
                      https://virtmover.velero.svc:8443/none
                    """)
                .secret("authority"));

    // then
    assertThat(asked.exitCode()).as(asked.log()).isZero();
    assertThat(asked.log()).isEqualTo("404");
  }

  @Test
  void aSecondInstallationKeepsTheCertificateAndRestartsNothing(InstalledProduct product) {
    // given
    var before = certificate(product);
    var generation = product.deployment().getMetadata().getGeneration();

    // when
    product.install();

    // then
    assertThat(certificate(product)).isEqualTo(before);
    assertThat(product.deployment().getMetadata().getGeneration()).isEqualTo(generation);
  }

  @ParameterizedTest
  @CsvSource({
    "virtmover-controller, velero, velero.io, datauploads, patch, true",
    "virtmover-controller, velero, '', secrets, get, true",
    "virtmover-controller, default, '', secrets, create, true",
    "virtmover-controller, default, '', secrets, delete, true",
    "virtmover-controller, default, '', secrets, get, false",
    "virtmover-controller, default, '', secrets, list, false",
    "virtmover-controller, default, '', secrets, watch, false",
    "virtmover-controller, default, '', pods, create, false",
    "virtmover-controller, default, batch, jobs, create, false",
    "virtmover-controller, velero, velero.io, backups, delete, false",
    "virtmover-controller, default, backup.kubevirt.io, virtualmachinebackups, patch, false",
    "virtmover-mover, velero, '', secrets, get, false",
    "virtmover-mover, velero, velero.io, datauploads, get, false",
  })
  void anAccountMayWhatItMustAndNothingElse(
      String account,
      String namespace,
      String group,
      String resource,
      String verb,
      boolean wanted,
      InstalledProduct product) {
    // given
    var attributes =
        new ResourceAttributesBuilder()
            .withNamespace(namespace)
            .withGroup(group)
            .withResource(resource)
            .withVerb(verb)
            .build();

    // when
    var may = may(product, account, attributes);

    // then
    assertThat(may).isEqualTo(wanted);
  }

  @ParameterizedTest
  @EnumSource
  void velerosKindsTakeWhatEachPluginMakes(
      Plugin plugin, LabNamespace lab, InstalledProduct product) {
    // given
    var upload = UploadOrder.of(lab, "b1", "none", "none-rootdisk").by(plugin);
    var download = DownloadOrder.of(lab, "r1", "b1", "none", "none-rootdisk", "b1").by(plugin);

    // when
    var placed = List.of(product.place(upload), product.place(download));

    // then
    assertThat(placed)
        .extracting(request -> Fields.of(request.now()).text("spec", "datamover").orElse(""))
        .containsOnly(plugin.datamover());
    placed.forEach(PlacedRequest::delete);
  }

  private static boolean may(
      InstalledProduct product, String account, ResourceAttributes attributes) {
    return product
        .client()
        .authorization()
        .v1()
        .subjectAccessReview()
        .create(
            new SubjectAccessReviewBuilder()
                .withNewSpec()
                .withUser(
                    "system:serviceaccount:%s:%s".formatted(InstalledProduct.NAMESPACE, account))
                .withResourceAttributes(attributes)
                .endSpec()
                .build())
        .getStatus()
        .getAllowed();
  }

  private static Map<String, String> certificate(InstalledProduct product) {
    return product
        .client()
        .secrets()
        .inNamespace(InstalledProduct.NAMESPACE)
        .withName(CERTIFICATE)
        .require()
        .getData();
  }
}
