// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.program;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.virtmover.agent.image.extents.WrittenSide;
import io.virtmover.agent.image.qcow2.QemuImg;
import io.virtmover.lab.s3.VersityGateway;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever of a bucket is lost or wrong: what restore refuses, verify fails for and list names. The
 * bucket holds b1 (full), b2 on it, and b3, a full of its own.
 */
class UnusableBackupsTest {
  private static final int UNSUPPORTED = 3;
  private static final int DAMAGED = 8;
  private static final int CHAIN_BROKEN = 6;

  @TempDir private Path folder;
  private VersityGateway s3;
  private VirtMover virtmover;

  @BeforeEach
  void start() {
    s3 = VersityGateway.start();
    virtmover = VirtMover.on(s3);
    virtmover.backup("b1", "c1", "full", image("one", "")).report();
    virtmover.backup("b2", "c2", "incremental", image("two", "one"), "--parent", "c1").report();
    virtmover.backup("b3", "c3", "full", image("three", "")).report();
  }

  @AfterEach
  void stop() {
    s3.close();
  }

  /** Small clusters, so that the side object is too large for the record. */
  private Path image(String name, String below) {
    var image = folder.resolve(name);
    var line = new ArrayList<>(List.of("qemu-img", "create", "-q", "-f", "qcow2"));
    if (!below.isEmpty()) {
      line.addAll(List.of("-b", below, "-F", "qcow2"));
    }
    line.addAll(List.of("-o", "cluster_size=4k", image.toString(), "16M"));
    QemuImg.run(line.toArray(String[]::new));
    QemuImg.io(image, "write -P 0x11 0 8M");
    return image;
  }

  interface Harm {
    void to(VersityGateway s3) throws IOException;
  }

  private static Arguments harm(String what, String hit, int exitCode, Harm harm) {
    return Arguments.of(what, hit, exitCode, harm);
  }

  private static Arguments harm(String what, int exitCode, Harm harm) {
    return Arguments.of(what, exitCode, harm);
  }

  private static void toLaterVersion(Path record) throws IOException {
    edit(record, text -> text.replace("\"formatVersion\": 1", "\"formatVersion\": 2"));
  }

  static Stream<Arguments> harms() {
    return Stream.of(
        harm("manifest cut off", "b2", DAMAGED, s3 -> cut(s3.object("b2/shop-db-01.json"), 40)),
        harm("manifest empty", "b2", DAMAGED, s3 -> cut(s3.object("b2/shop-db-01.json"), 0)),
        harm(
            "manifest names a lost checkpoint",
            "b2",
            DAMAGED,
            s3 -> edit(s3.object("b2/shop-db-01.json"), text -> text.replace("c1", "gone"))),
        harm(
            "manifest names half a chain",
            "b2",
            DAMAGED,
            s3 -> edit(s3.object("b2/shop-db-01.json"), text -> text.replace("\"c1\",", ""))),
        harm(
            "the index has lost a checkpoint",
            "b3",
            DAMAGED,
            s3 -> edit(s3.object("db-01/index.json"), UnusableBackupsTest::withoutTheLast)),
        harm("record cut off", "b1 b2", DAMAGED, s3 -> cut(s3.object("c1/checkpoint.json"), 99)),
        harm(
            "record of a later version",
            "b1 b2",
            UNSUPPORTED,
            s3 -> toLaterVersion(s3.object("c1/checkpoint.json"))),
        harm("image gone", "b2", DAMAGED, s3 -> Files.delete(s3.object("c2-d.qcow2"))),
        harm("image cut off", "b1 b2", DAMAGED, s3 -> cut(s3.object("c1-d.qcow2"), 70_000)),
        harm(
            "the index has another size",
            "b2",
            DAMAGED,
            s3 -> Files.write(s3.object("c2-d.qcow2"), new byte[1], StandardOpenOption.APPEND)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("harms")
  void whatCannotBeRestored_isNamedByEveryCommand(String what, String hit, int exitCode, Harm harm)
      throws IOException {
    // given
    harm.to(s3);
    var broken = List.of(hit.split(" "));

    // then
    for (var backup : List.of("b1", "b2", "b3")) {
      var ended = virtmover.restore(backup, "d", folder.resolve("to-" + backup));
      assertThat(ended.exitCode() == 0).as(ended.err()).isNotEqualTo(broken.contains(backup));
    }
    var verified = virtmover.run("verify", "--vm", "shop/db-01");
    assertThat(verified.exitCode()).as(verified.err()).isEqualTo(exitCode);
    verified.assertOneClearLine(String.join(", ", broken));
    assertThat(named(verified.result().path("report"))).containsExactlyElementsOf(broken);
    assertListed(broken);
    for (var backup : broken) {
      var one = virtmover.run("verify", "--vm", "shop/db-01", "--backup", backup);
      assertThat(one.exitCode()).as(one.err()).isEqualTo(exitCode);
      assertThat(named(one.result().path("report"))).containsExactly(backup);
    }
  }

  private void assertListed(List<String> broken) {
    var listed = virtmover.run("list", "--vm", "shop/db-01").report();
    assertThat(listed).hasSize(3);
    for (var point : listed) {
      var backup = point.path("backup").asText();
      assertThat(point.path("usable").asBoolean()).as(backup).isNotEqualTo(broken.contains(backup));
      assertThat(point.path("problem").asText().isEmpty()).isEqualTo(!broken.contains(backup));
    }
    var said = virtmover.runForPeople("list", "--vm", "shop/db-01").out();
    broken.forEach(
        backup -> assertThat(said).contains("backup " + backup + " cannot be restored: "));
  }

  static Stream<Arguments> chainHarms() {
    return Stream.of(
        harm("record cut off", DAMAGED, s3 -> cut(s3.object("c3/checkpoint.json"), 99)),
        harm(
            "record of a later version",
            UNSUPPORTED,
            s3 -> toLaterVersion(s3.object("c3/checkpoint.json"))),
        harm(
            "record contradicts the index",
            DAMAGED,
            s3 ->
                edit(
                    s3.object("c3/checkpoint.json"),
                    text -> text.replace("\"Full\"", "\"Incremental\""))),
        harm("side object gone", DAMAGED, s3 -> Files.delete(s3.object("c3-d.qcow2.extents"))),
        harm("image gone", CHAIN_BROKEN, s3 -> Files.delete(s3.object("c3-d.qcow2"))));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("chainHarms")
  void onWhatCannotBeRestored_noIncrementIsMade(String what, int exitCode, Harm harm)
      throws IOException {
    // given
    harm.to(s3);

    // when
    var next =
        virtmover.backup("b4", "c4", "incremental", image("four", "three"), "--parent", "c3");

    // then
    assertThat(next.exitCode()).as(next.err()).isEqualTo(exitCode);
    assertThat(virtmover.run("list", "--vm", "shop/db-01").report())
        .noneMatch(point -> point.path("backup").asText().equals("b4"));
  }

  @Test
  void aBackupThatIsRepeatedOnALostChain_isNoSuccess() throws IOException {
    // given
    Files.delete(s3.object("c1-d.qcow2"));

    // when
    var repeated =
        virtmover.backup("b2", "c2", "incremental", folder.resolve("two"), "--parent", "c1");

    // then
    assertThat(repeated.exitCode()).as(repeated.err()).isEqualTo(CHAIN_BROKEN);
  }

  /** The backups that a report of verify says not to rely on. */
  private static Set<String> named(JsonNode report) {
    var names = new TreeSet<String>();
    report.path("unusable").forEach(broken -> names.add(broken.path("backup").asText()));
    report
        .path("damages")
        .forEach(damage -> damage.path("backups").forEach(name -> names.add(name.asText())));
    return names;
  }

  /** Who reads it has to be updated; nothing is wrong with the backup. */
  @Test
  void aSideObjectOfALaterVersion_isUnsupportedAndNoDamage() throws IOException {
    // given
    var side = s3.object("c2-d.qcow2.extents");
    var was = Files.readAllBytes(side);
    var later = WrittenSide.of(was).footerInt(8, 2).array();
    Files.write(side, later);
    edit(s3.object("c2/checkpoint.json"), text -> text.replace(crc32c(was), crc32c(later)));

    // then
    var verified = virtmover.run("verify", "--vm", "shop/db-01");
    assertThat(verified.exitCode()).as(verified.err()).isEqualTo(UNSUPPORTED);
    var report = verified.result().path("report");
    assertThat(report.path("damages")).isEmpty();
    assertThat(named(report)).containsExactly("b2");
    assertThat(report.path("unusable").path(0).path("what").asText()).contains("update VirtMover");
    var restored = virtmover.restore("b2", "d", folder.resolve("to"));
    assertThat(restored.exitCode()).isEqualTo(UNSUPPORTED);
    restored.assertOneClearLine("format version 2, this VirtMover reads up to version 1: update");
    assertThat(folder.resolve("to")).doesNotExist();
    virtmover.restore("b1", "d", folder.resolve("to")).report();
  }

  private static String crc32c(byte[] bytes) {
    var crc = new CRC32C();
    crc.update(bytes);
    return "%08x".formatted(crc.getValue());
  }

  @Test
  void aLostSideObject_isNamedByVerifyAndList() throws IOException {
    // given
    Files.delete(s3.object("c2-d.qcow2.extents"));

    // when
    var verified = virtmover.run("verify", "--vm", "shop/db-01");

    // then
    assertThat(verified.exitCode()).isEqualTo(DAMAGED);
    assertThat(named(verified.result().path("report"))).containsExactly("b2");
    assertThat(virtmover.restore("b2", "d", folder.resolve("to")).exitCode()).isEqualTo(DAMAGED);
    assertListed(List.of("b2"));
  }

  @Test
  void aRecordThatContradictsTheIndex_isNotRestored() throws IOException {
    // given
    edit(
        s3.object("c2/checkpoint.json"),
        text -> text.replace("\"parent\": \"c1\"", "\"parent\": \"c0\""));

    // when
    var verified = virtmover.run("verify", "--vm", "shop/db-01");

    // then
    assertThat(verified.exitCode()).isEqualTo(DAMAGED);
    assertThat(named(verified.result().path("report"))).containsExactly("b2");
    var restored = virtmover.restore("b2", "d", folder.resolve("to"));
    assertThat(restored.exitCode()).isEqualTo(DAMAGED);
    restored.assertOneClearLine("as Incremental on c1, its record as Incremental on c0");
  }

  @Test
  void anImageThatTheIndexForgot_isNamedByVerify() throws IOException {
    // given
    edit(
        s3.object("c3/checkpoint.json"),
        text -> text.replace("c3-d.qcow2", "c3-e.qcow2").replace("\"d\"", "\"e\""));

    // when
    var verified = virtmover.run("verify", "--vm", "shop/db-01");

    // then
    assertThat(verified.exitCode()).isEqualTo(DAMAGED);
    assertThat(verified.result().path("report").path("damages"))
        .singleElement()
        .satisfies(
            damage -> {
              assertThat(damage.path("disk").asText()).isEqualTo("e");
              assertThat(damage.path("what").asText()).contains("the index does not have it");
            });
  }

  @Test
  void anotherEntityTag_isToldAndNoDamage() throws IOException {
    // given
    edit(
        s3.object("c3/checkpoint.json"),
        text -> text.replaceAll("\"etag\": \"[^,]*\",", "\"etag\": \"\\\\\"other\\\\\"\","));

    // when
    var report = virtmover.run("verify", "--vm", "shop/db-01").report();

    // then
    assertThat(report.path("retagged").asInt()).isEqualTo(1);
    virtmover.restore("b3", "d", folder.resolve("to")).report();
  }

  @Test
  void anUnreadableIndex_isNamedByEveryCommand() throws IOException {
    // given
    cut(s3.object("db-01/index.json"), 100);

    // then
    var verified = virtmover.run("verify", "--vm", "shop/db-01");
    assertThat(verified.exitCode()).isEqualTo(DAMAGED);
    verified.assertOneClearLine("any backup of it");
    assertThat(verified.result().path("report").path("unusable")).hasSize(1);
    var listed = virtmover.run("list", "--vm", "shop/db-01");
    assertThat(listed.exitCode()).isEqualTo(DAMAGED);
    listed.assertOneClearLine("rebuild-index");
    assertThat(virtmover.run("list").report().path(0).path("problem").asText())
        .contains("rebuild-index");
  }

  @Test
  void aDiskThatCameLater_isVerifiedWhereItIs() {
    // given
    var words = List.of("--vm", "shop/db-01", "--backup", "b4", "--checkpoint", "c4");
    var line = new ArrayList<>(words);
    line.addAll(
        List.of(
            "--type", "full", "--disk", "d=" + image("d", ""), "--disk", "e=" + image("e", "")));
    virtmover.run("backup", line.toArray(String[]::new)).report();

    // when
    var report = virtmover.run("verify", "--vm", "shop/db-01", "--disk", "e").report();

    // then
    assertThat(report.path("backups").asInt()).isEqualTo(1);
    assertThat(report.path("images").asInt()).isEqualTo(1);
    var unknown = virtmover.run("verify", "--vm", "shop/db-01", "--disk", "f");
    assertThat(unknown.exitCode()).isEqualTo(2);
    unknown.assertOneClearLine("no backup of disk f");
  }

  @Test
  void tooLittleMemory_isToldWithWhatIsEnough() throws IOException {
    // given
    var image = folder.resolve("large-clusters");
    QemuImg.run("qemu-img", "create", "-q", "-f", "qcow2", image.toString(), "16M");
    QemuImg.io(image, "write -P 0x11 0 8M");
    virtmover.backup("b5", "c5", "full", image).report();

    // when
    var target = folder.resolve("to");
    var ended = virtmover.restore("b5", "d", target, "--memory", "64Ki");

    // then
    assertThat(ended.exitCode()).isEqualTo(2);
    ended.assertOneClearLine("give at least --memory 128Ki");
    try (var files = Files.list(folder)) {
      assertThat(files.filter(file -> file.toString().contains("/to"))).isEmpty();
    }
    virtmover.restore("b5", "d", target, "--memory", "128Ki").report();
  }

  private static String withoutTheLast(String index) {
    var start = index.lastIndexOf("    {\n      \"id\"");
    var end = index.indexOf("\n    }", start) + "\n    }".length();
    return index.substring(0, index.lastIndexOf(',', start)) + index.substring(end);
  }

  private static void edit(Path object, UnaryOperator<String> change) throws IOException {
    var text = Files.readString(object);
    var changed = change.apply(text);
    assertThat(changed).isNotEqualTo(text);
    Files.writeString(object, changed);
  }

  private static void cut(Path object, long size) throws IOException {
    try (var file = new RandomAccessFile(object.toFile(), "rw")) {
      file.setLength(size);
    }
  }
}
