// SPDX-License-Identifier: Apache-2.0
package io.virtmover.objectstore.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.SdkSystemSetting;

/** The SDK asks the services whose addresses it is given; none is asked beyond loopback. */
class MachineCredentialsTest {
  private static final String ROLE =
      """
      {"AccessKeyId": "ROLE", "SecretAccessKey": "S", "Token": "T",
       "Expiration": "2099-01-01T00:00:00Z"}
      """;
  private static final String OF_CONTAINER =
      SdkSystemSetting.AWS_CONTAINER_CREDENTIALS_FULL_URI.property();
  private static final String OF_MACHINE =
      SdkSystemSetting.AWS_EC2_METADATA_SERVICE_ENDPOINT.property();
  private static final String OF_NO_MACHINE = SdkSystemSetting.AWS_EC2_METADATA_DISABLED.property();

  @AfterEach
  void forget() {
    List.of(OF_CONTAINER, OF_MACHINE, OF_NO_MACHINE).forEach(System::clearProperty);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"AWS_CONTAINER_CREDENTIALS_FULL_URI", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"})
  void shouldTakeTheContainersRoleWhereTheEnvironmentSpeaksOfOne(String variable) {
    try (var service = new WireRecorder(200, ROLE);
        var machine = new WireRecorder(404, "")) {
      // given
      System.setProperty(OF_CONTAINER, service.address() + "/role");
      System.setProperty(OF_MACHINE, machine.address().toString());

      // when
      var credentials = new MachineCredentials(Map.of(variable, "set")).resolveCredentials();

      // then
      assertThat(credentials.accessKeyId()).isEqualTo("ROLE");
      assertThat(service.seen()).extracting(WireRecorder.Seen::target).containsExactly("/role");
      assertThat(machine.seen()).isEmpty();
    }
  }

  @Test
  void shouldAskTheMachineOtherwiseAndSayWhatToDoWhereItHasNone() {
    try (var container = new WireRecorder(200, ROLE);
        var machine = new WireRecorder(404, "hush")) {
      // given
      System.setProperty(OF_CONTAINER, container.address() + "/role");
      System.setProperty(OF_MACHINE, machine.address().toString());

      // when
      assertNone(() -> new MachineCredentials(Map.of()).resolveCredentials());

      // then
      assertThat(machine.seen())
          .extracting(WireRecorder.Seen::target)
          .isNotEmpty()
          .allMatch(target -> target.startsWith("/latest/"));
      assertThat(container.seen()).isEmpty();
    }
  }

  @Test
  void shouldSayWhatToDoWhereTheMachineIsNotToBeAsked() {
    // given
    System.setProperty(OF_NO_MACHINE, "true");

    // then
    assertNone(() -> new MachineCredentials(Map.of()).resolveCredentials());
  }

  private static void assertNone(ThrowingCallable resolving) {
    assertThatThrownBy(resolving)
        .isInstanceOfSatisfying(
            VirtMoverException.class,
            failure -> assertThat(failure.kind()).isEqualTo(FailureKind.ACCESS_DENIED))
        .message()
        .startsWith("No credentials for the S3 server: ")
        .endsWith("Name a file with --credentials.")
        .doesNotContain("hush");
  }
}
