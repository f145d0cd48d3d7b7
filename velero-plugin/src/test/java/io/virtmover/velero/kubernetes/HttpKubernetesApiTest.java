// SPDX-License-Identifier: Apache-2.0
package io.virtmover.velero.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HttpKubernetesApiTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final Duration SHORT = Duration.ofSeconds(1);

  @TempDir static Path folder;
  private static ApiServer server;
  private KubernetesApi api;

  /** Once, since keys take a while. */
  @BeforeAll
  static void start() throws Exception {
    server = ApiServer.start(folder);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @BeforeEach
  void connect() throws Exception {
    server.forget();
    api = new HttpKubernetesApi(server::account, LIMIT, LIMIT);
  }

  @Test
  void shouldGetAnObjectWithTheTokenOfTheMoment() throws Exception {
    // given
    server.answers(200, "{'kind': 'A', 'n': 9007199254740993}").answers(200, "{'kind': 'B'}");

    // when
    var first = api.get(ResourceType.DATA_UPLOADS, "velero", "du-1");
    Files.writeString(server.account().token(), "token-2");
    api.get(ResourceType.VOLUMES, "", "pv-1");

    // then
    assertThat(first.orElseThrow().path("n").asLong()).isEqualTo(9007199254740993L);
    assertThat(server.asked())
        .extracting(ApiServer.Asked::line, ApiServer.Asked::authorization)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple(
                "GET /apis/velero.io/v2alpha1/namespaces/velero/datauploads/du-1",
                "Bearer token-1"),
            org.assertj.core.groups.Tuple.tuple(
                "GET /api/v1/persistentvolumes/pv-1", "Bearer token-2"));
  }

  @Test
  void shouldFindNothingWhereNothingIs() {
    // given
    server
        .answers(404, "{'reason': 'NotFound'}")
        .answers(404, "404 page not found")
        .answers(404, "");

    // when
    var object = api.get(ResourceType.CLAIMS, "shop", "none");
    var list = api.list(ResourceType.VIRTUAL_MACHINES, "", "");
    var deleted = api.delete(ResourceType.DATA_UPLOADS, "velero", "none");

    // then
    assertThat(object).isEmpty();
    assertThat(list).isEmpty();
    assertThat(deleted).isFalse();
  }

  @Test
  void shouldListAllPagesAndSayWhatTheItemsAre() {
    // given
    server
        .answers(
            200,
            "{'apiVersion': 'v1', 'kind': 'SecretList', 'metadata': {'continue': 'a/b'}, 'items': [{'n': 1}]}")
        .answers(200, "{'apiVersion': 'v1', 'kind': 'SecretList', 'items': [{'n': 2}]}");

    // when
    var secrets = api.list(ResourceType.SECRETS, "velero", "velero.io/x in (a,b)");

    // then
    assertThat(secrets)
        .extracting(Object::toString)
        .containsExactly(
            "{\"n\":1,\"apiVersion\":\"v1\",\"kind\":\"Secret\"}",
            "{\"n\":2,\"apiVersion\":\"v1\",\"kind\":\"Secret\"}");
    assertThat(server.asked())
        .extracting(ApiServer.Asked::line)
        .containsExactly(
            "GET /api/v1/namespaces/velero/secrets?limit=100&labelSelector=velero.io%2Fx+in+%28a%2Cb%29",
            "GET /api/v1/namespaces/velero/secrets?limit=100&labelSelector=velero.io%2Fx+in+%28a%2Cb%29&continue=a%2Fb");
  }

  @Test
  void shouldCreateAndChange() {
    // given
    server
        .answers(201, "{'kind': 'DataUpload', 'metadata': {'name': 'b-1'}}")
        .answers(200, "{'kind': 'DataUpload'}");
    var object = JsonNodeFactory.instance.objectNode().put("kind", "DataUpload");

    // when
    var created = api.create(ResourceType.DATA_UPLOADS, "velero", object);
    api.patch(ResourceType.DATA_UPLOADS, "velero", "b-1", object);

    // then
    assertThat(created.path("metadata").path("name").asText()).isEqualTo("b-1");
    assertThat(server.asked().get(0).body()).isEqualTo("{\"kind\":\"DataUpload\"}");
    assertThat(server.asked().get(1).line()).startsWith("PATCH ");
    assertThat(server.asked().get(1).contentType()).isEqualTo("application/merge-patch+json");
  }

  @ParameterizedTest
  @CsvSource({
    "403, ACCESS_DENIED, needs this right",
    "401, ACCESS_DENIED, token",
    "409, CONFLICT, create datauploads.velero.io in velero: 409 said so",
    "422, INVALID_REQUEST, said so",
  })
  void shouldSayWhatWasRefusedAndWhy(int status, FailureKind kind, String words) {
    // given
    server.answers(status, "{'message': 'said so', 'reason': 'AlreadyExists'}");
    var object = JsonNodeFactory.instance.objectNode();

    // when
    var failure =
        catchThrowableOfType(
            KubernetesException.class,
            () -> api.create(ResourceType.DATA_UPLOADS, "velero", object));

    // then
    assertThat(failure.kind()).isEqualTo(kind);
    assertThat(failure).hasMessageContaining(words);
    assertThat(failure.alreadyExists()).isTrue();
  }

  @Test
  void shouldReadAgainWhatPasses() {
    // given
    server.answers(503, "").answers(429, "{}").answers(200, "{'kind': 'A'}");

    // when
    var object = api.get(ResourceType.PODS, "shop", "launcher");

    // then
    assertThat(object).isPresent();
  }

  @Test
  void shouldChangeAgainWhatPasses() {
    // given
    server.answers(503, "").answers(200, "{'kind': 'A'}");
    var patch = JsonNodeFactory.instance.objectNode().put("kind", "A");

    // when
    var changed = api.patch(ResourceType.DATA_UPLOADS, "velero", "du", patch);

    // then
    assertThat(changed).isEqualTo(patch);
    assertThat(server.asked()).hasSize(2).allMatch(asked -> asked.line().startsWith("PATCH "));
  }

  @Test
  void shouldCreateAgainWhatPasses() {
    // given
    server.answers(503, "").answers(500, "{}").answers(201, "{'kind': 'A'}");
    var object = JsonNodeFactory.instance.objectNode().put("kind", "A");

    // when
    var created = api.create(ResourceType.DATA_UPLOADS, "velero", object);

    // then
    assertThat(created).isEqualTo(object);
    assertThat(server.asked())
        .hasSize(3)
        .allMatch(asked -> asked.line().startsWith("POST "))
        .allMatch(asked -> asked.body().equals("{\"kind\":\"A\"}"));
  }

  @Test
  void shouldNotWaitForTheRestOfAnAnswerThatStalls() {
    // given
    server.stallsIn(200, "{\"kind\": \"Status\"}");
    var hasty = new HttpKubernetesApi(server::account, SHORT, SHORT);

    // when
    try {
      assertThatThrownBy(() -> hasty.delete(ResourceType.DATA_UPLOADS, "velero", "du"))
          // then
          .isInstanceOf(KubernetesException.class)
          .hasMessageContaining("did not delete datauploads.velero.io velero/du")
          .hasMessageContaining("no whole answer within PT1S");
    } finally {
      server.goOn();
    }
  }

  @Test
  void shouldTrustNobodyElse() throws Exception {
    // given
    try (var other = ApiServer.start(Files.createDirectory(folder.resolve("other")))) {
      var account =
          new ServiceAccount(
              other.account().address(), server.account().authority(), server.account().token());
      var patch = JsonNodeFactory.instance.objectNode();
      var wrong = new HttpKubernetesApi(() -> account, LIMIT, SHORT);

      // when
      assertThatThrownBy(() -> wrong.patch(ResourceType.PODS, "a", "b", patch))
          // then
          .isInstanceOf(KubernetesException.class)
          .hasMessageContaining("did not change pods a/b")
          .hasMessageContaining("certif");
      assertThat(other.asked()).isEmpty();
    }
  }

  @Test
  void shouldSayWhatIsMissingOutsideOfACluster() {
    // given
    var nowhere = new HttpKubernetesApi(Map.of());

    // when
    assertThatThrownBy(() -> nowhere.get(ResourceType.PODS, "a", "b"))
        // then
        .isInstanceOf(VirtMoverException.class)
        .hasMessageContaining("KUBERNETES_SERVICE_HOST");
  }

  @Test
  void shouldReadThePodsEnvironment() {
    // given
    var environment =
        Map.of("KUBERNETES_SERVICE_HOST", "fd00::1", "KUBERNETES_SERVICE_PORT", "6443");

    // when
    var account = ServiceAccount.of(environment);

    // then
    assertThat(account.address()).isEqualTo(URI.create("https://[fd00::1]:6443"));
  }
}
