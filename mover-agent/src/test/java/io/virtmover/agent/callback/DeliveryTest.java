// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.callback;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeliveryTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "200 | Done[]",
        "204 | Done[]",
        "301 | Refused[why=it redirects (301), which is not followed because the token would go there]",
        "307 | Refused[why=it redirects (307), which is not followed because the token would go there]",
        "400 | Refused[why=it does not take that (400)]",
        "401 | Refused[why=it does not accept the pod's token (401)]",
        "403 | Refused[why=it does not accept the pod's token (403)]",
        "404 | Refused[why=it does not know the attempt (404)]",
        "408 | Failed[why=it answered 408]",
        "410 | Unwanted[]",
        "413 | Refused[why=it does not take that (413)]",
        "425 | Failed[why=it answered 425]",
        "429 | Failed[why=it answered 429]",
        "500 | Failed[why=it answered 500]",
        "503 | Failed[why=it answered 503]",
        "777 | Failed[why=it answered 777]",
      })
  void aStatus_saysWhatCameOfAPost(int status, String delivery) {
    assertThat(Delivery.of(status)).hasToString(delivery);
  }
}
