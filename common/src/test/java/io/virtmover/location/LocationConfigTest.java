// SPDX-License-Identifier: Apache-2.0
package io.virtmover.location;

import static io.virtmover.failure.Failures.assertFails;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.virtmover.failure.FailureKind;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LocationConfigTest {
  @ParameterizedTest
  @CsvSource({
    "'{\"region\": \"x\"}', x, x",
    "'{\"region\": 7}',     7, 7",
    "'{\"region\": \"\"}',  '', none",
    "'{\"region\": null}',  '', none",
    "'{\"profile\": \"x\"}', none, none",
  })
  void anEmptyText_isThereAndNoValue(String json, String text, String value)
      throws JsonProcessingException {
    // when
    var config = config(json);

    // then
    assertThat(config.text("region").orElse("none")).isEqualTo(text);
    assertThat(config.value("region").orElse("none")).isEqualTo(value);
  }

  @ParameterizedTest
  @CsvSource({"signatureVersion", "enableSharedConfig", "publicUrl"})
  void aKeyWithoutEffect_isTakenAndForgotten(String key) throws JsonProcessingException {
    assertThat(config("{\"%s\": \"x\"}".formatted(key)).text(key)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "1, true",
    "t, true",
    "T, true",
    "true, true",
    "True, true",
    "TRUE, true",
    "'', false",
    "0, false",
    "f, false",
    "F, false",
    "false, false",
    "False, false",
    "FALSE, false",
  })
  void aTruthValue_isReadAsGoReadsIt(String text, boolean flag) throws JsonProcessingException {
    assertThat(config("{\"s3ForcePathStyle\": \"%s\"}".formatted(text)).flag("s3ForcePathStyle"))
        .isEqualTo(flag);
    assertThat(config("{}").flag("s3ForcePathStyle")).isFalse();
  }

  @ParameterizedTest
  @CsvSource({"tRUE", "yes", "on", "2", "' true'"})
  void whatGoWouldNotTakeForOne_isRefused(String text) throws JsonProcessingException {
    // given
    var config = config("{\"s3ForcePathStyle\": \"%s\"}".formatted(text));

    // then
    assertFails(
        () -> config.flag("s3ForcePathStyle"),
        FailureKind.INVALID_REQUEST,
        "The location: s3ForcePathStyle is '%s'; write true or false.".formatted(text));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"regoin": "x"}         | The location: spec.config has the unknown key 'regoin'.
          {"Region": "x"}         | The location: spec.config has the unknown key 'Region'.
          {"region": ["x"]}       | The location: spec.config.region is not a text.
          {"publicUrl": {}}       | The location: spec.config.publicUrl is not a text.
          """)
  void whatVelerosPluginWouldRefuse_isRefused(String json, String message) {
    assertFails(() -> config(json), FailureKind.INVALID_REQUEST, message);
  }

  private static LocationConfig config(String json) throws JsonProcessingException {
    return LocationConfig.of("The location", new ObjectMapper().readTree(json));
  }
}
