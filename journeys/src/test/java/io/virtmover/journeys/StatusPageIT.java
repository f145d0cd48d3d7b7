// SPDX-License-Identifier: Apache-2.0
package io.virtmover.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBuilder;
import io.virtmover.lab.junit.LabNamespace;
import io.virtmover.lab.junit.PodRun;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The page at the controller's address: who may list the requests sees them, and nobody else. */
@OnProduct
class StatusPageIT {
  private static final String ADDRESS = "https://virtmover.velero.svc:8443";

  @Test
  void everybodyGetsThePageWhichRunsNothingButItsOwnScript(
      LabNamespace lab, InstalledProduct product) {
    // given
    keep(lab, product, "none");

    // when
    var page = ask(lab, "-D - " + ADDRESS + "/");

    // then
    assertThat(page)
        .contains("<h1>VirtMover</h1>")
        .containsIgnoringCase("content-security-policy: default-src 'none'; script-src 'sha256-")
        .containsIgnoringCase("cache-control: no-store")
        .endsWith("200");
  }

  @Test
  void aSenderWithoutATokenIsToldToBringOne(LabNamespace lab, InstalledProduct product) {
    // given
    keep(lab, product, "none");

    // when
    var answer = ask(lab, ADDRESS + "/api/status");

    // then
    assertThat(answer).contains("\"title\":\"Unauthorized\"").endsWith("401");
  }

  @Test
  void aSenderWithATokenOfNobodyIsTold(LabNamespace lab, InstalledProduct product) {
    // given
    keep(lab, product, "a.b.c");

    // when
    var answer = ask(lab, withToken());

    // then
    assertThat(answer).contains("does not accept the token").endsWith("401");
  }

  @Test
  void whoMayNotListTheRequestsIsTold(LabNamespace lab, InstalledProduct product) {
    // given
    keep(lab, product, token(lab, account(lab)));

    // when
    var answer = ask(lab, withToken());

    // then
    assertThat(answer)
        .contains("may not list datauploads.velero.io in namespace velero")
        .endsWith("403");
  }

  @Test
  void whoMayListTheRequestsSeesHowOneEnded(LabNamespace lab, InstalledProduct product) {
    // given
    var account = account(lab);
    keep(lab, product, token(lab, account));
    var request = product.place(UploadOrder.of(lab, "page", "none", "none-rootdisk"));
    var why = request.awaitFailed();
    // By then the controller has seen its own word.
    var ended = request.awaitReleased();

    // when
    var answer = allowing(lab, account, () -> ask(lab, withToken()));

    // then
    assertThat(answer)
        .contains("\"name\":\"%s\"".formatted(ended.getMetadata().getName()))
        .contains("\"vm\":\"%s/none\"".formatted(lab.name()))
        .contains("\"phase\":\"Failed\"")
        .contains(why.substring(0, Math.min(20, why.length())))
        .endsWith("200");
  }

  private static String withToken() {
    return "-H \"Authorization: Bearer $(cat /secrets/asker/token)\" " + ADDRESS + "/api/status";
  }

  /** The body, and the status behind it. */
  private static String ask(LabNamespace lab, String arguments) {
    var asked =
        lab.run(
            PodRun.script(
                    "asker",
                    "curl -sS -m 20 --cacert /secrets/asker/ca.crt -w '%{http_code}' " + arguments)
                .secret("asker"));
    assertThat(asked.exitCode()).as(asked.log()).isZero();
    return asked.log();
  }

  private static void keep(LabNamespace lab, InstalledProduct product, String token) {
    var certificate =
        product
            .client()
            .secrets()
            .inNamespace(InstalledProduct.NAMESPACE)
            .withName(InstalledProduct.NAME + "-tls")
            .require();
    lab.create(
        new SecretBuilder()
            .withNewMetadata()
            .withName("asker")
            .endMetadata()
            .withData(Map.of("ca.crt", certificate.getData().get("ca.crt")))
            .withStringData(Map.of("token", token))
            .build());
  }

  private static ServiceAccount account(LabNamespace lab) {
    return lab.create(
        new ServiceAccountBuilder().withNewMetadata().withName("asker").endMetadata().build());
  }

  private static String token(LabNamespace lab, ServiceAccount account) {
    return lab.client()
        .serviceAccounts()
        .inNamespace(lab.name())
        .withName(account.getMetadata().getName())
        .tokenRequest(new TokenRequestBuilder().withNewSpec().endSpec().build())
        .getStatus()
        .getToken();
  }

  private interface Question {
    String answer();
  }

  /** With the right to list the requests, which ends with the question. */
  private static String allowing(LabNamespace lab, ServiceAccount account, Question question) {
    var role =
        new RoleBuilder()
            .withNewMetadata()
            .withName(lab.name())
            .withNamespace(InstalledProduct.NAMESPACE)
            .endMetadata()
            .addNewRule()
            .withApiGroups("velero.io")
            .withResources("datauploads", "datadownloads")
            .withVerbs("list")
            .endRule()
            .build();
    var binding =
        new RoleBindingBuilder()
            .withNewMetadata()
            .withName(lab.name())
            .withNamespace(InstalledProduct.NAMESPACE)
            .endMetadata()
            .withNewRoleRef("rbac.authorization.k8s.io", "Role", lab.name())
            .addNewSubject("", "ServiceAccount", account.getMetadata().getName(), lab.name())
            .build();
    try {
      lab.client().resource(role).create();
      lab.client().resource(binding).create();
      return question.answer();
    } finally {
      lab.client().resource(binding).delete();
      lab.client().resource(role).delete();
    }
  }
}
