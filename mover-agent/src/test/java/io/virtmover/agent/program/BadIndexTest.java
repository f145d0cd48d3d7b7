// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.program;

import static org.assertj.core.api.Assertions.assertThat;

import io.virtmover.agent.image.qcow2.QemuImg;
import io.virtmover.lab.s3.VersityGateway;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An index or a manifest that lies: told in one line, and neither bucket nor target is touched. */
class BadIndexTest {
  private static final String FULL = "c1-2026-01-11_01-00-03";
  private static final String INCREMENT = "c2-2026-01-12_01-00-03";

  @TempDir private Path folder;
  private VersityGateway s3;
  private VirtMover virtmover;
  private Path full;
  private Path increment;

  @BeforeEach
  void start() throws IOException {
    s3 = VersityGateway.start();
    virtmover = VirtMover.on(s3);
    full = folder.resolve("full.qcow2");
    increment = folder.resolve("increment.qcow2");
    QemuImg.run("qemu-img", "create", "-f", "qcow2", full.toString(), "16M");
    QemuImg.io(full, "write -P 0x11 0 3M");
    QemuImg.run(
        "qemu-img",
        "create",
        "-f",
        "qcow2",
        "-F",
        "qcow2",
        "-b",
        full.toString(),
        increment.toString());
    QemuImg.io(increment, "write -P 0x22 1M 3M");
    virtmover.backup("b1", FULL, "full", full).report();
    virtmover.backup("b2", INCREMENT, "incremental", increment, "--parent", FULL).report();
  }

  @AfterEach
  void stop() {
    s3.close();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          truncated           | "files": [        | ~CUT~                        | 8 | index.json
          not JSON            | "vmName"          | <html>                       | 8 | index.json
          wrong type          | "checkpoints": [  | "checkpoints": 7, "x": [     | 8 | index.json
          size not a number   | "size": 3         | "size": "3                   | 8 | index.json
          nested too deeply   | "checkpoints": [  | ~DEEP~                       | 8 | index.json
          parent missing      | "parent": "c1-2026-01-11_01-00-03" | "parent": "c0"      | 6 | does not build on
          its own parent      | "parent": "c1-2026-01-11_01-00-03" | "parent": "c2-2026-01-12_01-00-03" | 6 | does not build on
          a parent on a full  | "type": "Full"    | "type": "Full", "parent": "c2-2026-01-12_01-00-03" | 6 | has a parent
          no full at all      | "type": "Full"    | "type": "Incremental"        | 6 | begins with the increment
          checkpoint unknown  | "id": "c1-        | "id": "c9-                   | 8 | c1-2026
          object elsewhere    | "objectPath": "checkpoints/shop/db-01/c1- | "objectPath": "checkpoints/shop/../c1- | 8 | index.json
          larger than it is   | "size": 3         | "size": 93                   | 8 | bytes
          """)
  void aLyingIndex_stopsRestoreAndBackup(
      String what, String from, String to, int exitCode, String message) throws IOException {
    // given
    var index = s3.object("db-01/index.json");
    var text = Files.readString(index);
    assertThat(text).as(what).contains(from);
    Files.writeString(index, damaged(text, from, to));
    var before = bucket();

    // when
    var restored = virtmover.restore("b2", "d", folder.resolve("restored"));
    var next = virtmover.backup("b3", "c3", "incremental", increment, "--parent", INCREMENT);

    // then
    assertThat(restored.exitCode()).as(restored.err()).isEqualTo(exitCode);
    restored.assertOneClearLine(message);
    assertThat(folder.resolve("restored")).doesNotExist();
    assertThat(folder.resolve("restored.partial")).doesNotExist();
    assertThat(next.exitCode()).as(next.err()).isIn(6, 8);
    next.assertOneClearLine("shop/db-01");
    assertThat(bucket()).isEqualTo(before);
  }

  private static String damaged(String text, String from, String to) {
    var at = text.indexOf(from);
    return switch (to) {
      case "~CUT~" -> text.substring(0, at);
      case "~DEEP~" -> text.substring(0, at) + "\"x\": " + "[".repeat(100_000) + text.substring(at);
      default -> text.substring(0, at) + to + text.substring(at + from.length());
    };
  }

  @Test
  void anIndexOfAGigabyte_isNotRead() throws IOException {
    // given
    try (var file = new RandomAccessFile(s3.object("db-01/index.json").toFile(), "rw")) {
      file.setLength(1 << 30);
    }

    // when
    var restored = virtmover.restore("b2", "d", folder.resolve("restored"));

    // then
    assertThat(restored.exitCode()).as(restored.err()).isEqualTo(8);
    restored.assertOneClearLine("1073741824 bytes");
  }

  @Test
  void aLyingManifest_stopsTheRestore() throws IOException {
    // given
    var manifest = s3.object("manifests/b2/shop-db-01.json");
    var text = Files.readString(manifest);
    for (var lie :
        List.of(
            text.substring(0, text.length() / 2),
            text.replace(FULL, "../" + FULL),
            text.replace(FULL, "c0"),
            text.replace(FULL, INCREMENT),
            text.replace("\"" + FULL + "\",", ""),
            "[]")) {
      Files.writeString(manifest, lie);
      var restored = virtmover.restore("b2", "d", folder.resolve("restored"));
      assertThat(restored.exitCode()).as("%s: %s", lie, restored.err()).isIn(6, 8);
      restored.assertOneClearLine("");
      assertThat(folder.resolve("restored")).doesNotExist();
    }
  }

  @Test
  void aShortImage_stopsTheRestoreAndTheNextIncrement() throws IOException {
    // given
    var object = s3.object("c1-d.qcow2");
    var whole = Files.readAllBytes(object);
    Files.write(object, Arrays.copyOf(whole, whole.length - 1));

    // when
    var restored = virtmover.restore("b2", "d", folder.resolve("restored"));
    var next = virtmover.backup("b3", "c3", "incremental", increment, "--parent", INCREMENT);

    // then
    assertThat(restored.exitCode()).as(restored.err()).isEqualTo(8);
    restored.assertOneClearLine("c1-d.qcow2");
    assertThat(next.exitCode()).as(next.err()).isEqualTo(6);
    next.assertOneClearLine("has to be a full");
  }

  @Test
  void fieldsThatNobodyKnows_areKept() throws IOException {
    // given
    var index = s3.object("db-01/index.json");
    var text = Files.readString(index);
    Files.writeString(
        index,
        text.replaceFirst("\\{", "{\"later\": {\"a\": [1, 2.50]},")
            .replace("\"type\": \"Full\"", "\"type\": \"Full\", \"colour\": \"green\""));

    // when
    virtmover.backup("b3", "c3", "incremental", increment, "--parent", INCREMENT).report();

    // then
    assertThat(Files.readString(index).replaceAll("\\s+", ""))
        .contains("\"later\":{\"a\":[1,2.50]}", "\"colour\":\"green\"", "\"id\":\"c3\"");
    virtmover.restore("b3", "d", folder.resolve("restored")).report();
  }

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource({
    "--vm, ../x/y",
    "--vm, shop",
    "--vm, shop/..",
    "--backup, a/b",
    "--backup, ..",
    "--backup, ''",
    "--checkpoint, a/../b",
    "--checkpoint, .",
    "--parent, x/y"
  })
  void namesThatCannotBeKeys_areRefused(String option, String value) {
    // given
    var before = bucket();
    var words = new TreeMap<>(Map.of("--vm", "shop/db-01", "--backup", "b3", "--checkpoint", "c3"));
    words.put("--parent", INCREMENT);
    words.put(option, value);
    var line = new ArrayList<String>();
    words.forEach((name, word) -> line.addAll(List.of(name, word)));
    line.addAll(List.of("--type", "incremental", "--disk", "d=" + increment));

    // when
    var ended = virtmover.run("backup", line.toArray(String[]::new));

    // then
    assertThat(ended.exitCode()).as(ended.err()).isEqualTo(2);
    ended.assertOneClearLine("");
    assertThat(bucket()).isEqualTo(before);
  }

  @Test
  void namesWithControlCharacters_areRefusedAndNotPrinted() {
    // when
    var ended = virtmover.restore("b\u0007\u001b[31m", "d", folder.resolve("restored"));

    // then
    assertThat(ended.exitCode()).isEqualTo(2);
    ended.assertOneClearLine("U+0007");
    assertThat(ended.err()).doesNotContain("\u0007", "\u001b");
  }

  /** Every object and its size. */
  private Map<String, Long> bucket() {
    var objects = new TreeMap<String, Long>();
    s3.objects().forEach(file -> objects.put(file.toString(), file.toFile().length()));
    return objects;
  }
}
