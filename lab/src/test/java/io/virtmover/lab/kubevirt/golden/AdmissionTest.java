// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt.golden;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.virtmover.lab.kubevirt.Gates;
import io.virtmover.lab.kubevirt.admission.Webhook;
import io.virtmover.lab.kubevirt.api.Kinds;
import io.virtmover.lab.kubevirt.api.Release;
import io.virtmover.lab.pki.CertificateAuthority;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The definitions and the webhook against what the real ones answered, in the same order. */
@Tag("slow")
class AdmissionTest {
  private static final String NAMESPACE = "default";
  private static final PatchContext MERGE = PatchContext.of(PatchType.JSON_MERGE);

  @Test
  void shouldAnswerAsRecorded(@TempDir Path folder) throws IOException {
    // given
    var cases = cases();
    var answers = new ArrayList<String>();
    var wanted = new ArrayList<String>();

    // when
    try (var plane = ControlPlane.start(folder, Release.HEAD)) {
      var open = cases.stream().filter(one -> !isAboutGate(one)).toList();
      var closed = cases.stream().filter(AdmissionTest::isAboutGate).toList();
      ask(plane.client(), Gates.ALL, open, answers);
      ask(plane.client(), new Gates(false, true, true), closed, answers);
      open.forEach(one -> wanted.add(recorded(one)));
      closed.forEach(one -> wanted.add(recorded(one)));
    }

    // then
    assertThat(answers).hasSizeGreaterThan(30).containsExactlyElementsOf(wanted);
  }

  private static void ask(
      KubernetesClient client, Gates gates, List<Map<?, ?>> cases, List<String> answers) {
    var authority = new CertificateAuthority("test", Clock.systemUTC());
    var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    try (var _ = Webhook.start(client, () -> gates, address, authority)) {
      waitForWebhook(client, gates);
      cases.forEach(one -> answers.add(one.get("case") + ": " + answer(client, one)));
    }
  }

  /** The API server takes a moment to learn of a new webhook. */
  private static void waitForWebhook(KubernetesClient client, Gates gates) {
    var probe =
        Map.of(
            "op",
            "create VMB probe",
            "spec",
            Map.of(
                "pvcName", "p",
                "ttlDuration", "1 s",
                "source",
                    Map.of("apiGroup", "kubevirt.io", "kind", "VirtualMachine", "name", "x")));
    var sign = gates.incrementalBackup() ? "unknown unit" : "gate not enabled";
    Waiting.until(
        Duration.ofSeconds(20),
        () -> {
          var answer = answer(client, probe);
          if (answer.equals("allowed")) {
            client
                .genericKubernetesResources(Kinds.BACKUP)
                .inNamespace(NAMESPACE)
                .withName("probe")
                .delete();
          }
          return answer.contains(sign);
        },
        () -> "the webhook is not asked");
  }

  private static String answer(KubernetesClient client, Map<?, ?> one) {
    var words = String.valueOf(one.get("op")).split(" ", 4);
    var kind = words[1].equals("VMB") ? Kinds.BACKUP : Kinds.TRACKER;
    var objects = client.genericKubernetesResources(kind).inNamespace(NAMESPACE);
    try {
      if (words[0].equals("create")) {
        var object = new GenericKubernetesResource();
        object.setApiVersion(kind.getGroup() + "/" + kind.getVersion());
        object.setKind(kind.getKind());
        object.setMetadata(new ObjectMeta());
        object.getMetadata().setName(words[2]);
        object.setAdditionalProperty("spec", one.get("spec"));
        objects.resource(object).create();
      } else {
        objects.withName(words[2]).patch(MERGE, words[3]);
      }
      return "allowed";
    } catch (KubernetesClientException e) {
      return Optional.ofNullable(e.getStatus())
          .map(status -> status.getMessage())
          .orElse(String.valueOf(e.getMessage()));
    }
  }

  private static String recorded(Map<?, ?> one) {
    return one.get("case")
        + ": "
        + (Boolean.TRUE.equals(one.get("allowed")) ? "allowed" : one.get("message"));
  }

  private static boolean isAboutGate(Map<?, ?> one) {
    return String.valueOf(one.get("case")).startsWith("gate");
  }

  private static List<Map<?, ?>> cases() throws IOException {
    try (var in = AdmissionTest.class.getResourceAsStream("/kubevirt-backup/admission.yaml")) {
      List<?> cases =
          Serialization.unmarshal(Objects.requireNonNull(in, "admission.yaml"), ArrayList.class);
      return cases.stream().<Map<?, ?>>map(one -> (Map<?, ?>) one).toList();
    }
  }
}
