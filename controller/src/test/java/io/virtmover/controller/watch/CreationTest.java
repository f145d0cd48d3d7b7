// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.virtmover.controller.FakeApi;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CreationTest {
  private static final String COLLECTION = "/api/v1/namespaces/shop/configmaps";
  private static final String QUOTA = "configmaps is forbidden: exceeded quota";

  private final FakeApi api;

  CreationTest() throws IOException {
    api = new FakeApi();
  }

  @AfterEach
  void stop() {
    api.close();
  }

  @Test
  void whatIsNotThere_isMade() {
    // when
    create();

    // then
    assertThat(api.get(COLLECTION + "/a")).isPresent();
  }

  @ParameterizedTest
  @CsvSource({
    "409, AlreadyExists, 'jobs.batch \"a\" already exists'",
    "409, AlreadyExists, ''",
    "422, Invalid, 'admission webhook \"x\" denied the request: VirtualMachineBackup \"a\" already exists'",
    "400, BadRequest, 'admission webhook \"x\" denied the request: VirtualMachineBackup \"a\" already exists'"
  })
  void whatIsThereAlready_isFine(int code, String reason, String words) {
    // given
    api.refuse("POST " + COLLECTION, code, reason, words);

    // then
    assertThatCode(this::create).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @CsvSource({
    "409, Conflict, 'Operation cannot be fulfilled on resourcequotas \"q\": the object has been modified'",
    "403, Forbidden, 'pods is forbidden: exceeded quota'",
    "422, Invalid, 'VirtualMachineBackup \"a\" in progress for source'",
    "500, InternalError, 'failed calling webhook'"
  })
  void anotherRefusal_isTold(int code, String reason, String words) {
    // given
    api.refuse("POST " + COLLECTION, code, reason, words);

    // then
    assertThatThrownBy(this::create)
        .isInstanceOfSatisfying(
            KubernetesClientException.class, e -> assertThat(e.getCode()).isEqualTo(code));
  }

  @Test
  void aRefusal_namesWhatIsNotMade() {
    // given
    api.refuse("POST " + COLLECTION, 422, "Invalid", "admission webhook denied the request: no");

    // then
    assertThatThrownBy(this::create)
        .isInstanceOfSatisfying(
            KubernetesClientException.class,
            e ->
                assertThat(ApiTrouble.of(e))
                    .hasMessage(
                        "The API server refuses to make ConfigMap shop/a: admission webhook denied the request: no"));
  }

  @Test
  void aQuotaThatTheObjectItselfFills_isFine() {
    // given
    create();
    api.refuse("POST " + COLLECTION, 403, "Forbidden", QUOTA);

    // then
    assertThatCode(this::create).doesNotThrowAnyException();
  }

  @Test
  void aRefusalOfWhatMayNotBeLookedAt_isTold() {
    // given
    create();
    api.refuse("POST " + COLLECTION, 403, "Forbidden", QUOTA);
    api.refuse("GET " + COLLECTION + "/a", 403, "Forbidden", "may not get");

    // then
    assertThatThrownBy(this::create).hasMessageContaining(QUOTA);
  }

  private void create() {
    var object =
        new ConfigMapBuilder().withNewMetadata().withNamespace("shop").withName("a").endMetadata();
    Creation.unlessThere(api.client().resource(object.build()));
  }
}
