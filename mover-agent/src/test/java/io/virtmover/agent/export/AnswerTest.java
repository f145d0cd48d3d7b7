// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.export;

import static org.assertj.core.api.Assertions.assertThat;

import io.virtmover.agent.export.Trouble.Passing;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What answers mean; what is said of them is in {@link ExportVolumeTest}. */
class AnswerTest {
  private static final String JSON = "application/json";

  @ParameterizedTest
  @CsvSource({
    "200, application/json,                  ,         true",
    "200, Application/JSON,                  ,         true",
    "200, application/json;charset=utf-8,    ,         true",
    "200, application/json ; a=b; c=d,       ,         true",
    "200, application/json,                  identity, true",
    "200, application/json,                  gzip,     false",
    "200, application/json-patch+json,       ,         false",
    "200, text/html,                         ,         false",
    "200, ,                                  ,         false",
    "201, application/json,                  ,         false",
    "206, application/json,                  ,         false"
  })
  void onlyAPlain200OfTheWantedType_isABody(int status, String type, String encoding, boolean is) {
    // given
    var headers = new HashMap<String, String>();
    if (type != null) {
      headers.put("content-type", type);
    }
    if (encoding != null) {
      headers.put("content-encoding", encoding);
    }

    // then
    assertThat(answer(status, headers, "").isBody(JSON)).isEqualTo(is);
  }

  @ParameterizedTest
  @CsvSource({
    "200, STRANGER",
    "201, STRANGER",
    "204, STRANGER",
    "206, STRANGER",
    "301, STRANGER",
    "302, STRANGER",
    "303, STRANGER",
    "307, STRANGER",
    "308, STRANGER",
    "400, REFUSED",
    "401, REFUSED",
    "403, STRANGER",
    "404, ABSENT",
    "405, STRANGER",
    "407, STRANGER",
    "410, STRANGER",
    "408, OUTAGE",
    "425, OUTAGE",
    "429, OUTAGE",
    "500, OUTAGE",
    "501, STRANGER",
    "502, OUTAGE",
    "503, OUTAGE",
    "504, OUTAGE",
    "505, STRANGER",
    "519, STRANGER",
    "520, OUTAGE",
    "524, OUTAGE",
    "525, STRANGER"
  })
  void aStatus_tellsWhetherItMayPass(int status, Passing passing) {
    assertThat(answer(status, Map.of(), "").trouble(JSON).passing()).isEqualTo(passing);
  }

  @ParameterizedTest
  @CsvSource({"400, 0", "404, 0", "500, 500", "503, 503"})
  void onlyAnOutage_keepsItsStatus(int status, int kept) {
    assertThat(answer(status, Map.of(), "").trouble(JSON).status()).isEqualTo(kept);
  }

  @Test
  void a401ThatWantsALogin_isNotTheServersOwn() {
    // given
    var answer = answer(401, Map.of("www-authenticate", "Basic realm=\"ingress\""), "");

    // then
    assertThat(answer.trouble(JSON).passing()).isEqualTo(Passing.STRANGER);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "404 page not found", " 404 page not found\n"})
  void theServersOwn404_isTakenForItsWord(String body) {
    assertThat(answer(404, Map.of(), body).trouble(JSON).what()).isEqualTo("it is not there (404)");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          one~~two                                         | one two
          <h1>Log in</h1><p>now</p>                        | Log in now
          <style>p { color: red }</style>Down              | Down
          <script type="a">var a = '<b>';</script>Down     | Down
          <script>never closed                             |
          text <unclosed                                   | text
          """)
  void pages_areShownByTheirWordsInOneLine(String body, String words) {
    // given
    var lines = body.replace("~", "\r\n");
    var wanted = words == null ? "" : words;

    // then
    assertThat(answer(500, Map.of(), lines).text()).isEqualTo(wanted);
  }

  @Test
  void aLongText_isCut() {
    assertThat(answer(500, Map.of(), "a".repeat(120)).text()).hasSize(120).doesNotEndWith("...");
    assertThat(answer(500, Map.of(), "a".repeat(121)).text()).isEqualTo("a".repeat(120) + "...");
  }

  private static Answer answer(int status, Map<String, String> headers, String text) {
    return Answer.of(status, name -> Optional.ofNullable(headers.get(name)), text);
  }
}
