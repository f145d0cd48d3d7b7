// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.virtmover.agent.image.qcow2.EveryEntryKind;
import io.virtmover.agent.image.qcow2.QemuImg;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import io.virtmover.transfer.Restore;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Images that QEMU made and another product stored: restored equal, or refused in fitting words.
 */
class ForeignImagesTest {
  private static final String SECRET = "a secret of the machine that restores";

  @TempDir private Path folder;

  static Stream<EveryEntryKind> everyEntryKind() {
    return EveryEntryKind.all();
  }

  @ParameterizedTest
  @MethodSource("everyEntryKind")
  void aChainWithEveryKindOfEntry_isRestoredAndVerified(EveryEntryKind kinds) throws IOException {
    // given
    var full = kinds.create(folder, "full.qcow2");
    var increment = kinds.createOn(full, folder, "increment.qcow2");
    var chain = ForeignChain.of(full, increment);
    var wanted = raw(increment);

    // when
    var target = folder.resolve("restored.raw");
    chain.restore(target, Restore.Engine.NATIVE);

    // then
    assertThat(Files.mismatch(target, wanted)).isEqualTo(-1);
    assertThat(chain.verify().damages()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "compat=0.10, 9",
    "compat=0.10, 16",
    "'compat=1.1,compression_type=zstd', 12",
    "'compat=1.1,compression_type=zstd', 21"
  })
  void aChain_isRestoredByQemuImg(String options, int clusterBits) throws IOException {
    var kinds = new EveryEntryKind(options, clusterBits);
    var full = kinds.create(folder, "full.qcow2");
    var increment = kinds.createOn(full, folder, "increment.qcow2");
    assertRestoredByBoth(ForeignChain.of(full, increment), raw(increment));
  }

  @Test
  void imagesWithSnapshots_areRestoredByBothEngines() throws IOException {
    var image = new EveryEntryKind("compat=1.1", 16).create(folder, "image.qcow2");
    QemuImg.run("qemu-img", "snapshot", "-c", "before", image.toString());
    QemuImg.io(image, "write -P 0x61 0 200k");
    assertRestoredByBoth(ForeignChain.of(image), raw(image));
  }

  @Test
  void whatOnlyQemuReads_isRestoredByIt() throws IOException {
    // given
    var image = create("compat=1.1,extended_l2=on,cluster_size=128k");
    QemuImg.io(image, "write -P 0x44 4k 12k", "write -z 64k 4k");
    var chain = ForeignChain.of(image);
    var target = folder.resolve("restored.raw");

    // when, then
    assertThatThrownBy(() -> chain.restore(target, Restore.Engine.NATIVE))
        .isInstanceOf(VirtMoverException.class)
        .extracting(e -> ((VirtMoverException) e).kind())
        .isEqualTo(FailureKind.UNSUPPORTED);
    assertThatThrownBy(() -> chain.restore(target, Restore.Engine.NATIVE))
        .hasMessageContaining("subclusters")
        .hasMessageContaining("--engine qemu-img");
    chain.restore(target, Restore.Engine.QEMU_IMG);
    assertThat(Files.mismatch(target, raw(image))).isEqualTo(-1);
    assertNothingIsLeftBeside(target);
  }

  @ParameterizedTest
  @EnumSource(Restore.Engine.class)
  void whatNoEngineReads_isRefusedWithoutNamingOne(Restore.Engine engine) throws IOException {
    var encrypted = folder.resolve("encrypted.qcow2");
    QemuImg.run(
        "qemu-img",
        "create",
        "-f",
        "qcow2",
        "--object",
        "secret,id=s,data=123456",
        "-o",
        // Not luks: on a busy machine qemu-img cannot measure how long its key takes.
        "encrypt.format=aes,encrypt.key-secret=s",
        encrypted.toString(),
        "4M");
    assertRefused(encrypted, engine, FailureKind.UNSUPPORTED, "encrypted");

    var external = create("compat=1.1,data_file=" + folder.resolve("data.raw"));
    assertRefused(external, engine, FailureKind.UNSUPPORTED, "external data file");

    var empty = folder.resolve("empty.qcow2");
    QemuImg.run("qemu-img", "create", "-f", "qcow2", empty.toString(), "0");
    assertRefused(empty, engine, FailureKind.UNSUPPORTED, "0 bytes");

    var noImage = Files.writeString(folder.resolve("text.qcow2"), "no image".repeat(100));
    assertRefused(noImage, engine, FailureKind.CORRUPT_BACKUP, "signature");

    var newer = create("compat=1.1");
    patch(newer, 72, "0000000000000400");
    var kind =
        engine == Restore.Engine.NATIVE ? FailureKind.UNSUPPORTED : FailureKind.CORRUPT_BACKUP;
    assertRefused(newer, engine, kind, "feature");
  }

  /** A header may name any file of the machine, in each of three places. */
  @ParameterizedTest
  @CsvSource({"FILE", "JSON"})
  void whatAHeaderNames_isNeverRead(String how) throws IOException {
    // given
    var secret = folder.resolve("secret");
    Files.write(
        secret,
        (SECRET + " ".repeat(512 - SECRET.length()))
            .repeat(128)
            .getBytes(StandardCharsets.US_ASCII));
    var name =
        how.equals("FILE")
            ? secret.toString()
            : """
            json:{"driver":"raw","file":{"driver":"file","filename":"%s"}}"""
                .formatted(secret);
    var full = create("compat=1.1");
    QemuImg.io(full, "write -P 0x11 128k 64k");
    var increment = create("compat=1.1");
    QemuImg.io(increment, "write -P 0x22 256k 64k");
    QemuImg.rebase(increment, "raw", name);

    for (var engine : ForeignChain.engines()) {
      // when
      var target = folder.resolve("restored.raw");
      ForeignChain.of(full, increment).restore(target, engine);

      // then
      var text = Files.readString(target, StandardCharsets.ISO_8859_1);
      assertThat(text).doesNotContain(SECRET);
      assertThat(text.charAt(128 << 10)).isEqualTo((char) 0x11);
      assertThat(text.charAt(256 << 10)).isEqualTo((char) 0x22);
      Files.delete(target);
    }
  }

  /** Its holes may hide what only the image below it holds: zeros would be a guess. */
  @Test
  void aFullThatNamesABackingFile_isRefusedAndDamage() throws IOException {
    // given
    var base = create("compat=1.1");
    QemuImg.io(base, "write -P 0x11 0 64k");
    var full = create("compat=1.1");
    QemuImg.rebase(full, "qcow2", base.toString());

    // then
    for (var engine : ForeignChain.engines()) {
      assertRefused(full, engine, FailureKind.CORRUPT_BACKUP, "names a backing file");
    }
    assertThat(ForeignChain.of(full).verify().damages())
        .singleElement()
        .satisfies(damage -> assertThat(damage.what()).contains("names a backing file"));
  }

  @ParameterizedTest
  @EnumSource(Restore.Engine.class)
  void anIncrementWithItsDataElsewhere_isRefusedBeforeQemuSeesIt(Restore.Engine engine)
      throws IOException {
    var full = create("compat=1.1");
    var secret = Files.writeString(folder.resolve("secret"), SECRET.repeat(10_000));
    var increment = folder.resolve("increment.qcow2");
    QemuImg.run(
        "qemu-img",
        "create",
        "-f",
        "qcow2",
        "-o",
        "data_file=" + folder.resolve("data.raw"),
        increment.toString(),
        "4M");
    QemuImg.run(
        "qemu-img", "amend", "-f", "qcow2", "-o", "data_file=" + secret, increment.toString());
    var target = folder.resolve("restored.raw");
    assertThatThrownBy(() -> ForeignChain.of(full, increment).restore(target, engine))
        .hasMessageContaining("c1/b1-d.qcow2")
        .hasMessageContaining("external data file");
    assertThat(target).doesNotExist();
    assertNothingIsLeftBeside(target);
  }

  private void assertRestoredByBoth(ForeignChain chain, Path wanted) throws IOException {
    for (var engine : ForeignChain.engines()) {
      var target = folder.resolve("restored.raw");
      chain.restore(target, engine);
      assertThat(Files.mismatch(target, wanted)).as("%s", engine).isEqualTo(-1);

      // Onto a file that has something else in it.
      Files.write(target, new byte[(int) Files.size(wanted)]);
      chain.restore(target, engine);
      assertThat(Files.mismatch(target, wanted)).as("%s again", engine).isEqualTo(-1);
      Files.delete(target);
      assertNothingIsLeftBeside(target);
    }
    assertThat(chain.verify().damages()).isEmpty();
  }

  private void assertRefused(Path image, Restore.Engine engine, FailureKind kind, String message)
      throws IOException {
    var target = folder.resolve("restored.raw");
    assertThatThrownBy(() -> ForeignChain.of(image).restore(target, engine))
        .isInstanceOf(VirtMoverException.class)
        .hasMessageContaining(message)
        .hasMessageContaining("c0/b0-d.qcow2")
        .message()
        .doesNotContain("--engine")
        .hasLineCount(1);
    assertThatThrownBy(() -> ForeignChain.of(image).restore(target, engine))
        .extracting(e -> ((VirtMoverException) e).kind())
        .isEqualTo(kind);
    assertThat(target).doesNotExist();
    assertNothingIsLeftBeside(target);
  }

  static void assertNothingIsLeftBeside(Path target) throws IOException {
    try (var files = Files.list(target.getParent())) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .noneMatch(name -> name.startsWith(".virtmover-") || name.endsWith(".partial"));
    }
  }

  private Path create(String options) throws IOException {
    var image = Files.createTempFile(folder, "image", ".qcow2");
    QemuImg.run("qemu-img", "create", "-f", "qcow2", "-o", options, image.toString(), "4M");
    return image;
  }

  private Path raw(Path image) {
    var raw = folder.resolve("wanted.raw");
    QemuImg.toRaw(image, raw);
    return raw;
  }

  private static void patch(Path image, long offset, String hex) throws IOException {
    try (var file = new RandomAccessFile(image.toFile(), "rw")) {
      file.seek(offset);
      file.write(HexFormat.of().parseHex(hex));
    }
  }
}
