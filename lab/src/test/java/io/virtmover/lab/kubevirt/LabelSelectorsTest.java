// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LabelSelectorsTest {
  private static final Map<String, String> LABELS = Map.of("app", "db", "tier", "gold");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{}                                                                            | true",
        "{matchLabels: {app: db}}                                                      | true",
        "{matchLabels: {app: web}}                                                     | false",
        "{matchLabels: {app: db, zone: a}}                                             | false",
        "{matchExpressions: [{key: app, operator: In, values: [web, db]}]}             | true",
        "{matchExpressions: [{key: zone, operator: In, values: [a]}]}                  | false",
        "{matchExpressions: [{key: app, operator: NotIn, values: [web]}]}              | true",
        "{matchExpressions: [{key: zone, operator: NotIn, values: [a]}]}               | true",
        "{matchExpressions: [{key: app, operator: NotIn, values: [db]}]}               | false",
        "{matchExpressions: [{key: app, operator: Exists}]}                            | true",
        "{matchExpressions: [{key: zone, operator: Exists}]}                           | false",
        "{matchExpressions: [{key: zone, operator: DoesNotExist}]}                     | true",
        "{matchExpressions: [{key: app, operator: Likes, values: [db]}]}               | false",
        "{matchLabels: {app: db}, matchExpressions: [{key: app, operator: DoesNotExist}]} | false",
      })
  void aSelectorMatchesAsInKubernetes(String selector, boolean isMatch) {
    // given
    var parsed = new KubernetesSerialization().unmarshal("--- " + selector, LabelSelector.class);

    // when
    var matches = LabelSelectors.matches(Optional.of(parsed), LABELS);

    // then
    assertThat(matches).isEqualTo(isMatch);
  }

  @Test
  void noSelectorMatchesNothing() {
    // when
    var matches = LabelSelectors.matches(Optional.empty(), LABELS);

    // then
    assertThat(matches).isFalse();
  }
}
