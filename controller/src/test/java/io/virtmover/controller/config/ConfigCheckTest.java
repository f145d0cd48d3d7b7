// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.smallrye.config.ConfigValidationException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigCheckTest {
  @Test
  void theDefaults_areInOrder() {
    assertThat(ConfigCheck.problems(SomeConfig.with(Map.of()))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "namespace | Velero | 'Velero' is no name in Kubernetes",
        "credentials-secret | a/b | 'a/b' is no name in Kubernetes",
        "instance | \"  \" | it is empty",
        "datamovers | cnv,velero | 'velero' is what Velero itself serves",
        "mover.image-pull-policy | always | 'always' is neither Always nor IfNotPresent nor Never",
        "mover.service-account | A | 'A' is no name in Kubernetes",
        "mover.user | 0 | 0 is less than 1",
        "mover.retries | -1 | -1 is less than 0",
        "mover.cpu | much | 'much' is no quantity",
        "mover.cpu | 0 | '0' is not more than nothing",
        "mover.tolerations | {} | '{}' is no JSON array of tolerations",
        "mover.tolerations | [a | '[a' is no JSON array of tolerations",
        "callback.address | http://controller | it is no address like https://HOST:8443",
        "callback.address | https://a b | it is no address like https://HOST:8443",
        "limits.cluster | 0 | 0 is less than 1",
        "limits.cluster | 41 | 41 is more than 40",
        "limits.location | -3 | -3 is less than 1",
        "limits.node | -1 | -1 is less than 0",
        "leadership.lease-name | a/b | 'a/b' is no name in Kubernetes",
        "mover.tolerations | [1] | '[1]' is no JSON array of tolerations",
        "mover.tolerations | [null] | '[null]' is no JSON array of tolerations",
        "backup.max-increments | -1 | -1 is less than 0",
        "backup.scratch-percent | 0 | 0 is less than 1",
        "backup.least-claim | 1Gx | '1Gx' is no quantity",
        "timeouts.prepare | 0s | PT0S is not between",
        "timeouts.schedule | PT-5M | PT-5M is not between",
        "timeouts.total | 4000d | is not between",
        "timeouts.cleanup | -1s | is not between",
        "metrics.keep-vms | 0s | PT0S is not between",
        "metrics.most-vms | 0 | 0 is less than 1"
      })
  void aBadValue_isRefusedWithItsKey(String key, String value, String words) {
    assertThatThrownBy(() -> SomeConfig.with(Map.of(key, value)))
        .isInstanceOf(ConfigValidationException.class)
        .hasMessageContainingAll("virtmover." + key + ": ", words);
  }

  @ParameterizedTest
  @CsvSource({
    "namespace, ''",
    "limits.cluster, many",
    "timeouts.total, soon",
    "backup.mode, both",
    "datamovers, ''"
  })
  void aValueThatCannotBeRead_isRefusedWithItsKey(String key, String value) {
    assertThatThrownBy(() -> SomeConfig.with(Map.of(key, value)))
        .hasMessageContaining("virtmover." + key);
  }

  @Test
  void allBadValues_areToldAtOnce() {
    assertThatThrownBy(() -> SomeConfig.with(Map.of("limits.cluster", "0", "timeouts.total", "0s")))
        .hasMessageContainingAll("virtmover.limits.cluster: ", "virtmover.timeouts.total: ");
  }

  @Test
  void anAddressWithAPassword_isNotRepeated() {
    assertThatThrownBy(
            () -> SomeConfig.with(Map.of("callback.address", "http://user:secret@controller")))
        .message()
        .doesNotContain("secret");
  }
}
