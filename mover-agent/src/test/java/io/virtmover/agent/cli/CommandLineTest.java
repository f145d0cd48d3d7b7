// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is refused before anything is done: in one line, and without a secret in it. */
class CommandLineTest {
  private record Ended(int exitCode, String out, String err) {}

  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          bakup                                         | 'bakup' is neither a command nor
          list --bucket b --nonsense=hush               | There is no option --nonsense. See virtmover list --help
          list --bucket b https://user:hush@s3          | a word that belongs to no option
          list --bucket b hush=hush                     | a word that belongs to no option
          list --bucket b --bucket c                    | --bucket is given twice
          list --bucket                                 | The value of --bucket is missing
          verify --bucket b                             | --vm is missing
          verify --bucket b --vm                        | The value of --vm is missing
          restore --bucket b                            | --vm, --backup, --disk, --to are missing
          list --bucket b --endpoint https://u:hush@s3  | leave that out
          list --bucket b --endpoint https://u:hush@s^3   | not the http or https address
          list --bucket b --endpoint https://s3?token=hush  | leave that out
          list --bucket b --endpoint u:hush@s3          | not the http or https address
          list --bucket b --region a/b                  | 'a/b' is not the name of a region
          list --bucket b --endpoint http://s3 --ca /ca | --ca does not apply to an http address
          list --bucket b --ca /no-such                 | Cannot read the CA file /no-such: there is no such file
          list --bucket b --credentials /no-such        | Cannot read the credentials file /no-such: there is no such file
          list --bucket b --customer-key /no-such       | Cannot read the customer key /no-such: there is no such file
          list                                          | --location FILE, or --bucket B
          list --location /no-such                      | Cannot read the location file /no-such: there is no such file
          list --location f --bucket b                  | leave out --bucket
          list --location f --prefix p                  | leave out --prefix
          list --location f --region r                  | leave out --region
          list --location f --endpoint http://s3        | leave out --endpoint
          list --location f --path-style                | leave out --path-style
          list --location f --ca f                      | leave out --ca
          run --request /no-such                        | Cannot read the request file /no-such: there is no such file
          """)
  void shouldRefuseInOneLine(String words, String message) {
    assertRefused(run(List.of(words.split(" ", -1))), message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          --type full --disk d=/no-such --export-token /t       | CA and token do not apply
          --type full --disk d=/no-such --export-ca /t          | CA and token do not apply
          --type incremental --parent p --reason Requested --disk d=/x  | A reason says why a backup is a full
          --type full --parent p --disk d=/x                    | A full has no parent
          --type full --disk d=/x --memory 0                    | '0' is no size
          --type full --disk d=/x --memory 1e3                  | '1e3' is not a size
          --type full --disk d=/x --memory -5                   | '-5' is not a size
          --type full --disk d=/x --memory 99999999T            | '99999999T' is too large
          --type full --disk d=/x --memory 1                    | too small
          --type full --disk d=http://u:hush@x/e,size=1Mi       | neither a file nor an https address
          --type full --disk https://u:hush@x/e?a=hush          | is not a disk
          """)
  void shouldRefuseABackupThatContradictsItself(String words, String message) {
    var line =
        new ArrayList<>(List.of("backup", "--vm", "a/b", "--backup", "b", "--checkpoint", "c"));
    line.addAll(List.of(words.split(" ", -1)));
    assertRefused(run(somewhere(line)), message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          --engine qemu-img --memory 64Mi | does not apply to the engine qemu-img
          --engine other                  | 'other' is not an engine
          --memory 0                      | '0' is no size
          --memory 40mb                   | '40mb' is not a size
          --mark-every 0            | '0' is no size
          """)
  void shouldRefuseARestoreThatContradictsItself(String words, String message) {
    var line =
        new ArrayList<>(
            List.of("restore", "--vm", "a/b", "--backup", "b", "--disk", "d", "--to", "/no/such"));
    line.addAll(List.of(words.split(" ", -1)));
    assertRefused(run(somewhere(line)), message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          hush                                                   | is not JSON; see line 1
          {"version": "1.0", "id": hush}                         | is not JSON; see line 1
          {"version": "1.0", "id": "a", "id": "b"}               | is not JSON; see line 1
          """)
  void shouldRefuseARequestWithoutRepeatingIt(String text, String message) throws IOException {
    var file = Files.writeString(folder.resolve("request.json"), text);
    assertRefused(run(List.of("run", "--request", file.toString())), message);
  }

  @Test
  void shouldSayWhatThereIsToDo() {
    assertThat(VirtMoverCommand.commandLine().execute()).isEqualTo(2);
  }

  @Test
  void shouldTakeAWordWithAnAtAsItIs() throws IOException {
    // given
    var words = Files.writeString(folder.resolve("words"), "--bucket hush");

    // when
    var ended = run(List.of("list", "--credentials", "@" + words));

    // then
    assertRefused(ended, "--location FILE, or --bucket B");
  }

  private List<String> somewhere(List<String> line) {
    var all = new ArrayList<>(line);
    try {
      var keys =
          Files.writeString(
              folder.resolve("cloud"),
              "[default]\naws_access_key_id = A\naws_secret_access_key = S\n");
      // Nothing listens on port 1: a command that gets so far fails with another kind.
      all.addAll(List.of("--bucket", "b", "--prefix", "p", "--endpoint", "http://127.0.0.1:1"));
      all.addAll(List.of("--path-style", "--region", "r", "--credentials", keys.toString()));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return all;
  }

  private static synchronized Ended run(List<String> words) {
    var line = new ArrayList<>(words);
    line.add("--json");
    var out = new ByteArrayOutputStream();
    var err = new ByteArrayOutputStream();
    var oldOut = System.out;
    var oldErr = System.err;
    System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
    System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
    try {
      var code = VirtMoverCommand.commandLine().execute(line.toArray(String[]::new));
      return new Ended(
          code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    } finally {
      System.setOut(oldOut);
      System.setErr(oldErr);
    }
  }

  private static void assertRefused(Ended ended, String message) {
    assertThat(ended.err()).startsWith("virtmover: ").contains(message).hasLineCount(1);
    assertThat(ended.exitCode()).isEqualTo(2);
    assertThat(ended.err() + ended.out()).doesNotContain("hush", "Exception", "java.");
    assertThat(ended.out()).contains("\"kind\":\"INVALID_REQUEST\"");
  }
}
