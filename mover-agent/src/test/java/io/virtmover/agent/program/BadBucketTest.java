// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.virtmover.agent.image.qcow2.QemuImg;
import io.virtmover.lab.s3.FaultProxy;
import io.virtmover.lab.s3.FaultProxy.Fault;
import io.virtmover.lab.s3.VersityGateway;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Buckets, servers and targets that misbehave. */
class BadBucketTest {
  private static final long SIZE = 48L << 20;

  @TempDir private Path folder;
  private FaultBed bed;
  private VersityGateway s3;
  private FaultProxy proxy;
  private VirtMover virtmover;

  @BeforeEach
  void start() throws IOException {
    bed = FaultBed.make(folder, SIZE, 30 << 20);
    s3 = bed.s3();
    proxy = bed.proxy();
    virtmover = bed.virtmover();
  }

  @AfterEach
  void stop() {
    bed.close();
  }

  static Stream<Arguments> passingFaults() {
    return Stream.of(
        Arguments.of("500", new Fault.Answer(500, "InternalError")),
        Arguments.of("503", new Fault.Answer(503, "SlowDown")),
        Arguments.of("429", new Fault.Answer(429, "TooManyRequests")),
        Arguments.of("reset", new Fault.Reset()),
        Arguments.of("lost answer", new Fault.LostAnswer()),
        Arguments.of("slow", new Fault.Delay(Duration.ofMillis(300))),
        Arguments.of("wrong checksum", new Fault.Answer(400, "BadDigest")),
        Arguments.of("conflict in flight", new Fault.Answer(409, "ConditionalRequestConflict")));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("passingFaults")
  void writesThatFailNowAndThen_endInAWholeBackup(String what, Fault fault) {
    proxy.inject(1, put(".qcow2"), fault);
    proxy.inject(1, put("checkpoint.json"), fault);
    proxy.inject(1, put("db-01/index.json"), fault);
    proxy.inject(1, put("shop-db-01.json"), fault);
    assertThat(backup("b1", "c1").report()).as(what).isNotNull();
    assertRestores();
  }

  static Stream<Arguments> passingReadFaults() {
    return Stream.of(
        Arguments.of("500", new Fault.Answer(500, "InternalError")),
        Arguments.of("reset", new Fault.Reset()),
        Arguments.of("cut body", new Fault.CutBody(1_000_000)),
        Arguments.of("flipped bit", new Fault.FlipBit(123_456)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("passingReadFaults")
  void readsThatFailNowAndThen_endInAnEqualDisk(String what, Fault fault) {
    backup("b1", "c1").report();
    proxy.inject(3, request -> request.isFor("GET", ".qcow2"), fault);
    assertRestores();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "403, AccessDenied,         4, AccessDenied",
    "403, SignatureDoesNotMatch, 4, credentials file",
    "403, RequestTimeTooSkewed, 4, clock",
    "404, NoSuchBucket,         2, NoSuchBucket",
    "412, PreconditionFailed,   9, ''",
    "500, InternalError,        5, InternalError",
    "501, NotImplemented,       2, checksumAlgorithm",
  })
  void aStoreThatKeepsRefusing_isReported(int status, String code, int exitCode, String message) {
    proxy.inject(10_000, request -> request.method().equals("PUT"), new Fault.Answer(status, code));
    var ended = backup("b1", "c1");
    assertThat(ended.exitCode()).as(ended.err()).isIn(exitCode, status == 412 ? 3 : exitCode);
    ended.assertOneClearLine(message);
    assertThat(s3.objects()).isEmpty();
  }

  @ParameterizedTest(name = "{0} {1} for {2}")
  @CsvSource({
    "501, NotImplemented,  if-none-match,        3, conditional writes",
    "400, InvalidArgument, if-none-match,        3, conditional writes",
    "501, NotImplemented,  x-amz-checksum-crc32, 2, checksumAlgorithm",
    "400, InvalidRequest,  x-amz-checksum-crc32, 2, checksumAlgorithm",
  })
  void aStoreThatRefusesAHeader_isReportedByThatHeader(
      int status, String code, String header, int exitCode, String message) {
    proxy.inject(
        10_000, request -> request.headers().containsKey(header), new Fault.Answer(status, code));
    var ended = backup("b1", "c1");
    assertThat(ended.exitCode()).as(ended.err()).isEqualTo(exitCode);
    ended.assertOneClearLine(message);
    assertThat(s3.objects()).isEmpty();
  }

  @Test
  void aStoreThatSaysAnImageIsThere_andShowsNone_isReported() {
    proxy.inject(
        10_000,
        request -> request.isFor("POST", ".qcow2") && request.query().contains("uploadId"),
        new Fault.Answer(412, "PreconditionFailed"));
    var ended = backup("b1", "c1");
    assertThat(ended.exitCode()).as(ended.err()).isEqualTo(9);
    ended.assertOneClearLine("shows no such object");
    assertThat(s3.objects()).isEmpty();
  }

  @Test
  void aServerOrBucketThatIsNotThere_isReported() {
    var words = new ArrayList<>(virtmover.location());
    words.set(words.indexOf("--bucket") + 1, "no-such-bucket");
    var ended = new VirtMover(words).run("list");
    assertThat(ended.exitCode()).as(ended.err()).isEqualTo(2);
    ended.assertOneClearLine("no-such-bucket");

    words = new ArrayList<>(virtmover.location());
    words.set(words.indexOf("--endpoint") + 1, "http://127.0.0.1:9");
    ended = new VirtMover(words).run("list");
    assertThat(ended.exitCode()).as(ended.err()).isEqualTo(5);
    ended.assertOneClearLine("127.0.0.1:9");
  }

  @Test
  void damageInTheBucket_isNamedAndNothingIsRestored() throws IOException {
    backup("b1", "c1").report();
    var object = s3.object(".qcow2");
    var whole = Files.readAllBytes(object);
    for (var at : List.of(0, 40, 70_000, whole.length / 2, whole.length - 3)) {
      flip(object, at);
      var verified = virtmover.run("verify", "--vm", "shop/db-01");
      assertThat(verified.exitCode()).as("byte " + at).isEqualTo(8);
      assertThat(verified.result().path("report").path("damages")).hasSize(1);
      flip(object, at);
    }
    assertThat(virtmover.run("verify", "--vm", "shop/db-01").exitCode()).isZero();

    flip(object, whole.length / 2);
    var ended = virtmover.restore("b1", "d", folder.resolve("restored"));
    assertThat(ended.exitCode()).as(ended.err()).isEqualTo(8);
    ended.assertOneClearLine("c1-d.qcow2");
    assertThat(folder.resolve("restored")).doesNotExist();

    Files.delete(object);
    ended = virtmover.restore("b1", "d", folder.resolve("restored"));
    assertThat(ended.exitCode()).as(ended.err()).isEqualTo(8);
    ended.assertOneClearLine("c1-d.qcow2");
  }

  @Test
  void sharesOfAVerification_findTheDamageOnceTogether() throws IOException {
    backup("b1", "c1").report();
    var object = s3.object(".qcow2");
    flip(object, 5_000_000);
    var found = 0;
    for (var share = 1; share <= 4; share++) {
      var report =
          virtmover
              .run("verify", "--vm", "shop/db-01", "--subset", share + "/4")
              .result()
              .path("report");
      found += report.path("damages").size();
    }
    assertThat(found).isEqualTo(1);
  }

  @Test
  void aLostIndex_isRebuilt() throws IOException {
    backup("b1", "c1").report();
    Files.writeString(s3.object("db-01/index.json"), "{\"vmName\": \"db-01\", \"check");
    var ended = virtmover.restore("b1", "d", folder.resolve("restored"));
    assertThat(ended.exitCode()).as(ended.err()).isEqualTo(8);
    ended.assertOneClearLine("rebuild-index");
    ended = backup("b2", "c2");
    assertThat(ended.exitCode()).as(ended.err()).isEqualTo(8);

    assertThat(virtmover.run("rebuild-index", "--vm", "shop/db-01").report().path("recovered"))
        .hasSize(1);
    assertRestores();
  }

  @Test
  void aLostIndexOnAStoreWithoutConditions_isRebuiltWhereNothingElseWrites() throws IOException {
    // given
    backup("b1", "c1").report();
    Files.writeString(s3.object("db-01/index.json"), "{");
    proxy.inject(
        10_000,
        request -> request.headers().containsKey("if-none-match"),
        new Fault.Answer(501, "NotImplemented"));

    // when
    var refused = virtmover.run("rebuild-index", "--vm", "shop/db-01");
    var rebuilt = virtmover.run("rebuild-index", "--vm", "shop/db-01", "--single-writer");

    // then
    assertThat(refused.exitCode()).as(refused.err()).isEqualTo(3);
    refused.assertOneClearLine("--single-writer");
    assertThat(rebuilt.report().path("recovered")).hasSize(1);
    assertRestores();
  }

  @Test
  void imagesWithoutOurSideObjects_areRestoredFromTheirOwnTables() throws IOException {
    backup("b1", "c1").report();
    Files.delete(s3.object("checkpoint.json"));
    assertRestores();
    var verified = virtmover.run("verify", "--vm", "shop/db-01").report();
    assertThat(verified.path("unverifiable").asInt()).isEqualTo(1);
  }

  @Test
  void unknownBackupsDisksAndVms_areReportedWithWhatThereIs() {
    backup("b1", "c1").report();
    var target = folder.resolve("restored");
    var ended = virtmover.restore("b7", "d", target);
    assertThat(ended.exitCode()).isEqualTo(2);
    ended.assertOneClearLine("b1");
    ended = virtmover.restore("b1", "x", target);
    assertThat(ended.exitCode()).isEqualTo(2);
    ended.assertOneClearLine("it has d");
    ended = virtmover.run("verify", "--vm", "shop/nobody");
    assertThat(ended.exitCode()).isEqualTo(2);
    ended.assertOneClearLine("shop/nobody");
    ended = virtmover.run("verify", "--vm", "shop/../x");
    assertThat(ended.exitCode()).isEqualTo(2);
    ended = virtmover.run("verify", "--vm", "shop/db-01", "--subset", "5/4");
    assertThat(ended.exitCode()).isEqualTo(2);
    ended.assertOneClearLine("5/4");
  }

  @Test
  void targetsThatCannotHoldTheDisk_areReported() throws IOException {
    backup("b1", "c1").report();
    assertTargetRefused(folder.resolve("no/such/folder/x"), "no folder");
    assertTargetRefused(folder, "folder");
    assertTargetRefused(Path.of("/dev/null"), "neither a file nor a block device");
    var small = Files.write(folder.resolve("small"), new byte[4096]);
    assertTargetRefused(small, "4096 bytes");
    assertThat(Files.size(small)).isEqualTo(4096);
  }

  @Test
  void aFullTarget_isReportedAndPlainlyUnfinished() throws IOException {
    assumeTrue(System.getProperty("user.name").equals("root"), "mounting needs root");
    backup("b1", "c1").report();
    var mount = Files.createDirectory(folder.resolve("tiny"));
    QemuImg.run("mount", "-t", "tmpfs", "-o", "size=10m", "tmpfs", mount.toString());
    try {
      var ended = virtmover.restore("b1", "d", mount.resolve("disk.img"));
      assertThat(ended.exitCode()).as(ended.err()).isEqualTo(11);
      ended.assertOneClearLine("No space left on device");
      assertThat(mount.resolve("disk.img")).doesNotExist();
      assertThat(Files.readString(first4K(mount.resolve("disk.img.partial"))))
          .startsWith("VIRTMOVER UNFINISHED RESTORE");
      QemuImg.run("mount", "-o", "remount,ro", mount.toString());
      ended = virtmover.restore("b1", "d", mount.resolve("other.img"));
      assertThat(ended.exitCode()).as(ended.err()).isEqualTo(11);
      ended.assertOneClearLine("Read-only");
    } finally {
      QemuImg.run("umount", mount.toString());
    }
  }

  private Path first4K(Path file) throws IOException {
    try (var in = Files.newInputStream(file)) {
      return Files.write(folder.resolve("head"), in.readNBytes(200));
    }
  }

  private void assertTargetRefused(Path target, String message) {
    var ended = virtmover.restore("b1", "d", target);
    assertThat(ended.exitCode()).as(ended.err()).isEqualTo(11);
    ended.assertOneClearLine(message);
  }

  private VirtMover.Ended backup(String name, String checkpoint) {
    return virtmover.backup(name, checkpoint, "full", bed.image());
  }

  private void assertRestores() {
    var target = folder.resolve("restored");
    virtmover.restore("b1", "d", target).report();
    bed.assertRestored(target);
  }

  private static void flip(Path file, long at) throws IOException {
    try (var access = new RandomAccessFile(file.toFile(), "rw")) {
      access.seek(at);
      var flipped = access.read() ^ 0x10;
      access.seek(at);
      access.write(flipped);
    }
  }

  private static Predicate<FaultProxy.Request> put(String ending) {
    return request -> request.isFor("PUT", ending);
  }
}
