// SPDX-License-Identifier: Apache-2.0
package io.virtmover.objectstore.s3;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class XmlAnswerTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          <a/>                                     | a
          <?xml version="1.0"?><a><b>x</b></a>     | a
          <!-- first --><a xmlns="urn:s3"></a>     | a
          <p:a xmlns:p="urn:s3"/>                  | a
          """)
  void shouldTellTheRoot(String document, String root) {
    var answer = XmlAnswer.read(bytes(document));
    assertThat(answer.root()).isEqualTo(root);
    assertThat(answer.problem()).isEmpty();
  }

  /** A cut document still tells what it was going to be; {@code ;} is a line break. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          <a>               | a  | 1
          <a>;<b>;<c        | a  | 3
          <a></b>           | a  | 1
          <a/>trailing      | a  | 1
          hello             | '' | 1
          ''                | '' | 1
          {"a": 1}          | '' | 1
          """)
  void shouldSayInWhichLineADocumentIsWrong(String document, String root, int line) {
    var answer = XmlAnswer.read(bytes(document.replace(';', '\n')));
    assertThat(answer.root()).isEqualTo(root);
    assertThat(answer.problem()).contains("its XML breaks off or is wrong in line " + line);
  }

  @Test
  void shouldFollowNothingOutOfTheDocument(@TempDir Path folder) throws Exception {
    // given
    var secret = Files.writeString(folder.resolve("secret"), "<leak/>");
    var document = "<!DOCTYPE a [<!ENTITY x SYSTEM \"%s\">]><a>&x;</a>".formatted(secret.toUri());

    // when
    var answer = XmlAnswer.read(bytes(document));

    // then
    assertThat(answer.toString()).doesNotContain("leak");
    assertThat(answer.root()).isIn("a", "");
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
