// SPDX-License-Identifier: Apache-2.0
package io.virtmover.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.virtmover.domain.BackupName;
import io.virtmover.domain.BackupType;
import io.virtmover.domain.CheckpointName;
import io.virtmover.domain.FullReason;
import io.virtmover.domain.VmRef;
import io.virtmover.domain.VolumeName;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The documents of the contract as released versions wrote them, which both sides have to read for
 * ever. {@code -Dgolden.rewrite=true} writes those of this version anew; the difference is to be
 * reviewed.
 */
class TransferContractTest {
  private static final Path GOLDEN = Path.of("src/test/resources/golden/transfer-1.1");
  private static final Path GOLDEN_1_0 = Path.of("src/test/resources/golden/transfer-1");
  private static final String ID = "du-nightly-2-7f3a";
  private static final Callback CALLBACK =
      Callback.of(
          "https://virtmover-controller.velero.svc:8443",
          Path.of("/etc/virtmover/callback-ca.pem"),
          Path.of("/var/run/secrets/virtmover/token"));
  private static final TransferProgress PROGRESS =
      new TransferProgress(ID, 1073741824, 32212254720L);
  private static final VmRef VM = new VmRef("shop", "db-01");
  private static final BackupName BACKUP = new BackupName("nightly-2");
  private static final CheckpointName FULL = new CheckpointName("vmb-1-2026-01-11_01-00-03");
  private static final CheckpointName INCREMENT = new CheckpointName("vmb-2-2026-01-12_01-00-02");
  private static final VolumeName ROOT = new VolumeName("rootdisk");
  private static final VolumeName DATA = new VolumeName("data");

  private static final Map<String, Task> TASKS =
      Map.of(
          "request-backup-push",
          new BackUp(
              BACKUP,
              FULL,
              Optional.empty(),
              Optional.of("0d4f"),
              List.of(
                  new BackUp.Disk(
                      ROOT,
                      BackupType.FULL,
                      new DiskOrigin.PushedFile(
                          Path.of("/backup/vmb-1-rootdisk.qcow2"), OptionalLong.of(32212254720L)),
                      Optional.of("db-01-root"),
                      Optional.of("7c11")),
                  new BackUp.Disk(
                      DATA,
                      BackupType.FULL,
                      new DiskOrigin.PushedFile(
                          Path.of("/backup/vmb-1-data.qcow2"), OptionalLong.empty()),
                      Optional.empty(),
                      Optional.empty())),
              Optional.empty(),
              Optional.empty(),
              Optional.of(FullReason.VOLUME_REPLACED),
              OptionalLong.of(200 << 20),
              true),
          "request-backup-pull",
          new BackUp(
              BACKUP,
              INCREMENT,
              Optional.of(FULL),
              Optional.empty(),
              List.of(
                  new BackUp.Disk(
                      ROOT,
                      BackupType.INCREMENTAL,
                      DiskOrigin.Export.of(
                          "https://virt-export-vmb-2.shop.svc/exports/rootdisk",
                          new DiskSize.Exactly(32212254720L)),
                      Optional.of("db-01-root"),
                      Optional.empty()),
                  new BackUp.Disk(
                      DATA,
                      BackupType.FULL,
                      DiskOrigin.Export.of(
                          "https://virt-export-vmb-2.shop.svc/exports/data",
                          new DiskSize.Exactly(1073741824)),
                      Optional.of("db-01-data"),
                      Optional.empty())),
              Optional.of(Path.of("/export/ca.pem")),
              Optional.of(Path.of("/export/token")),
              Optional.empty(),
              OptionalLong.empty(),
              false),
          "request-backup-at-most",
          new BackUp(
              BACKUP,
              FULL,
              Optional.empty(),
              Optional.empty(),
              List.of(
                  new BackUp.Disk(
                      DATA,
                      BackupType.FULL,
                      DiskOrigin.Export.of(
                          "https://virt-export-vmb-1.shop.svc/exports/data",
                          new DiskSize.AtMost(34359738368L)),
                      Optional.of("db-01-data"),
                      Optional.empty())),
              Optional.empty(),
              Optional.empty(),
              Optional.empty(),
              OptionalLong.empty(),
              false),
          "request-restore",
          new Restore(
              BACKUP,
              ROOT,
              Path.of("/dev/target"),
              Restore.Engine.NATIVE,
              OptionalLong.of(64 << 20)),
          "request-verify",
          new Verify(Optional.of(BACKUP), Optional.of(ROOT), new Subset(3, 7)),
          "request-verify-all",
          new Verify(Optional.empty(), Optional.empty(), Subset.whole()));

  private static final Map<String, Outcome> OUTCOMES =
      Map.of(
          "result-backup",
          new Outcome.Completed(
              new BackUpReport(
                  VM,
                  BACKUP,
                  INCREMENT,
                  BackupType.INCREMENTAL,
                  List.of(FULL, INCREMENT),
                  List.of(
                      new BackUpReport.Disk(
                          ROOT, BackupType.INCREMENTAL, 32212254720L, 65536, 327680, 0)),
                  List.of("scratch"),
                  100663296)),
          "result-restore",
          new Outcome.Completed(
              new RestoreReport(ROOT, 32212254720L, 2, 65536, 65536, 1 << 30, true)),
          "result-verify",
          new Outcome.Failed(
              FailureKind.CORRUPT_BACKUP,
              "VM shop/db-01: 1 damages found",
              Optional.of(
                  new VerifyReport(
                      2,
                      3,
                      1,
                      0,
                      196608,
                      List.of(
                          new Damage(
                              "rootdisk",
                              "oadp-kubevirt-datamover/x.qcow2",
                              65536,
                              OptionalLong.of(0),
                              "wrong checksum",
                              List.of("nightly-1", "nightly-2")),
                          new Damage(
                              "rootdisk",
                              "y.qcow2",
                              0,
                              OptionalLong.empty(),
                              "missing",
                              List.of())),
                      2,
                      List.of(new Unusable("nightly-0", FailureKind.CHAIN_BROKEN, "a gap"))))),
          "result-failed",
          new Outcome.Failed(
              FailureKind.CHAIN_BROKEN, "The chain of VM shop/db-01 is broken.", Optional.empty()),
          "result-canceled",
          new Outcome.Canceled("Canceled by a signal."));

  @TempDir private Path folder;

  static Stream<String> requests() {
    return TASKS.keySet().stream().sorted();
  }

  static Stream<String> requestsOf10() {
    return requests().filter(name -> !name.equals("request-backup-at-most"));
  }

  static Stream<String> results() {
    return OUTCOMES.keySet().stream().sorted();
  }

  @ParameterizedTest
  @MethodSource("requests")
  void aRequestIsWrittenAndReadAsRecorded(String name) throws IOException {
    // given
    var request = request(name, name.endsWith("all") ? Optional.empty() : Optional.of(CALLBACK));

    // then
    assertGolden(name, RequestCodec.write(request));
    assertThat(RequestCodec.read(golden(name))).isEqualTo(request);
  }

  @ParameterizedTest
  @MethodSource("requestsOf10")
  void aRequestOfVersion10IsRead(String name) {
    assertThat(RequestCodec.read(GOLDEN_1_0.resolve(name + ".json")))
        .isEqualTo(request(name, Optional.empty()));
  }

  private static TransferRequest request(String name, Optional<Callback> callback) {
    return new TransferRequest(
        ID,
        new LocationFiles(
            Path.of("/etc/virtmover/bsl.yaml"),
            Optional.of(Path.of("/credentials/cloud")),
            name.endsWith("pull") ? Optional.of("backup") : Optional.empty(),
            name.endsWith("push") ? Optional.of(Path.of("/key")) : Optional.empty()),
        VM,
        Objects.requireNonNull(TASKS.get(name)),
        Optional.of(Path.of("/dev/termination-log")),
        callback);
  }

  @ParameterizedTest
  @MethodSource("results")
  void aResultIsWrittenAndReadAsRecorded(String name) throws IOException {
    // given
    var result = new TransferResult(ID, Objects.requireNonNull(OUTCOMES.get(name)), false);

    // then
    assertThat(ResultCodec.write(result)).doesNotContain("\n");
    assertGolden(name, ResultCodec.write(result));
    for (var folderOfVersion : List.of(GOLDEN, GOLDEN_1_0)) {
      var recorded = Files.readAllBytes(folderOfVersion.resolve(name + ".json"));
      assertThat(ResultCodec.read("A result", recorded)).isEqualTo(result);
    }
  }

  @Test
  void aProgressIsWrittenAndReadAsRecorded() throws IOException {
    assertGolden("progress", ProgressCodec.write(PROGRESS));
    assertThat(ProgressCodec.read("A progress", Files.readAllBytes(golden("progress"))))
        .isEqualTo(PROGRESS);
  }

  @Test
  void everyRecordedDocumentIsOneOfThese() throws IOException {
    // given
    var before = Stream.concat(requestsOf10(), results()).toList();
    var now =
        Stream.of(requests(), results(), Stream.of("progress"))
            .flatMap(Function.identity())
            .toList();

    // then
    assertThat(namesIn(GOLDEN_1_0)).containsExactlyInAnyOrderElementsOf(before);
    assertThat(namesIn(GOLDEN)).containsExactlyInAnyOrderElementsOf(now);
  }

  private static List<String> namesIn(Path folder) throws IOException {
    try (var files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString().replace(".json", "")).toList();
    }
  }

  /** An upgrade replaces the controller first: its movers of the release before meet new fields. */
  @Test
  void whatALaterMinorVersionAddsIsIgnoredAndElseAnError() throws IOException {
    // given
    var known = Files.readString(golden("request-backup-pull"));
    var grown =
        known
            .replace("\"vm\" :", "\"hurry\" : {\"a\" : [1]}, \"vm\" :")
            .replace("\"type\" : \"Full\"", "\"type\" : \"Full\", \"colour\" : \"red\"");

    // then
    assertThat(RequestCodec.read(plant(grown.replace("\"1.1\"", "\"1.9\""))))
        .isEqualTo(RequestCodec.read(golden("request-backup-pull")));
    assertRefused(grown, FailureKind.INVALID_REQUEST, "the field hurry is unknown");
    assertRefused(
        grown.replace("\"hurry\" : {\"a\" : [1]}, ", ""),
        FailureKind.INVALID_REQUEST,
        "the field backup.disks[1].colour is unknown");
  }

  @ParameterizedTest
  @CsvSource({
    "2.0, UNSUPPORTED",
    "0.9, UNSUPPORTED",
    "1, UNSUPPORTED",
    "1.0.0, INVALID_REQUEST",
    "x, INVALID_REQUEST"
  })
  void anotherMajorVersionIsRefused(String version, FailureKind kind) throws IOException {
    assertRefused(
        Files.readString(golden("request-restore")).replace("\"1.1\"", "\"" + version + "\""),
        kind,
        "version");
    assertThatThrownBy(
            () ->
                ResultCodec.read(
                    "The result of pod p",
                    Files.readString(golden("result-failed"))
                        .replace("\"1.1\"", "\"" + version + "\"")))
        .isInstanceOfSatisfying(VirtMoverException.class, e -> assertThat(e.kind()).isEqualTo(kind))
        .hasMessageContaining("The result of pod p");
  }

  /** Each is the recorded backup with one thing wrong. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          "id" : "du-nightly-2-7f3a",        | ``                            | id is missing
          "id" : "du-nightly-2-7f3a"         | "id" : 7                      | id is not a text
          "id" : "du-nightly-2-7f3a"         | "id" : "hush", "id" : "b"     | is not JSON; see line
          "id" : "du-nightly-2-7f3a"         | "id" : "../hush"              | request.json, id: The id of an attempt begins with
          "file" : "/etc/virtmover/bsl.yaml" | "file" : ""                   | location.file is empty
          "file" : "/etc/virtmover/bsl.yaml" | "file" : "/hush\\u0000"        | location.file is not the path of a file
          "namespace" : "shop"               | "namespace" : "a/hush"        | vm: The VM's namespace contains
          "restore" : {                      | "verify" : { }, "restore" : { | a request has exactly one
          "restore" : {                      | "restores" : {                | a request has exactly one
          "target" : "/dev/target"           | "target" : ""                 | restore.target is empty
          "engine" : "native"                | "engine" : "fast"             | restore.engine: 'fast' is not an engine
          "engine" : "native"                | "engine" : "qemu-img"         | does not apply to the engine qemu-img
          "memory" : 67108864                | "memory" : "hush"             | restore.memory is not a whole number
          "memory" : 67108864                | "memory" : 1.5                | restore.memory is not a whole number
          "memory" : 67108864                | "hu sh" : 1                   | there is an unknown field in restore.
          """)
  void aWrongRestoreIsRefusedByItsPlaceAndWithoutItsContent(
      String right, String wrong, String message) throws IOException {
    assertWrong("request-restore", right, wrong, message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          "https://virtmover-controller.velero.svc:8443" | "http://u:hush@c"  | callback.address: 'http://c' is not an https address
          "https://virtmover-controller.velero.svc:8443" | "https://u:hu sh@c" | callback.address: 'https://c' is not an address
          "https://virtmover-controller.velero.svc:8443" | ""                 | callback.address is missing
          "/etc/virtmover/callback-ca.pem"   | ""                             | callback.ca is empty
          "ca" : "/etc/virtmover/callback-ca.pem", | ``                       | callback.ca is missing
          "token"                            | "hush"                         | callback.token is missing
          "token"                            | "colour" : "hush", "token"     | the field callback.colour is unknown
          """)
  void aWrongCallbackIsRefusedByItsPlaceAndWithoutItsContent(
      String right, String wrong, String message) throws IOException {
    assertWrong("request-restore", right, wrong, message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          "size" : 1073741824                | "sizes" : 1                    | disks[1].export.size, atMost are how large a disk is
          "size" : 1073741824                | "size" : 1, "atMost" : 1       | disks[1].export.size, atMost are how large a disk is
          "size" : 1073741824                | "size" : 0                     | disks[1].export: A disk cannot have a size of 0 bytes or less
          "size" : 1073741824                | "atMost" : -1                  | a size of 0 bytes or less
          "size" : 1073741824                | "atMost" : "1Gi"               | disks[1].export.atMost is not a whole number
          https://virt-export-vmb-2.shop.svc/exports/data | http://u:hush@x/e | is not an https address
          https://virt-export-vmb-2.shop.svc/exports/data | https://u:hu sh@x | is not an address
          "type" : "Full"                    | "type" : "Half"                | disks[1].type: 'Half' is not a backup type
          "pvc" : "db-01-data"               | "pvc" : ""                     | The claim of disk data is empty
          "volume" : "data"                  | "volume" : "rootdisk"          | Disk rootdisk is given twice
          "volume" : "data"                  | "volume" : "data", "file" : {"path" : "/x"} | it has exactly one
          "parent" : "vmb-1-2026-01-11_01-00-03", | ``                        | names no parent to build on
          "parent" : "vmb-1-2026-01-11_01-00-03" | "parent" : "vmb-2-2026-01-12_01-00-02" | its own parent
          "exportCa"                         | "reason" : "Requested", "exportCa" | leave it out of an increment
          "exportCa"                         | "reason" : "first", "exportCa" | 'first' is not a reason for a full
          "exportCa"                         | "singleWriter" : "yes", "exportCa" | backup.singleWriter is neither true nor false
          "exportCa"                         | "memory" : 1, "exportCa"       | is too small
          """)
  void aWrongBackupIsRefusedByItsPlaceAndWithoutItsContent(
      String right, String wrong, String message) throws IOException {
    assertWrong("request-backup-pull", right, wrong, message);
  }

  @Test
  void aTerminationMessageHoldsTheResultOfAnyTransfer() {
    // given
    var damages =
        IntStream.range(0, 1000)
            .mapToObj(i -> new Damage("d", "o" + i, i, OptionalLong.empty(), "wrong", List.of("b")))
            .toList();
    var report = new VerifyReport(1, 1, 0, 0, 1, damages, 1000, List.of());
    var failure =
        new VirtMoverException(
            FailureKind.CORRUPT_BACKUP, "do not rely on " + "nightly, ".repeat(900));

    // when
    var line =
        ResultCodec.shortLine("a-1", Optional.of(failure), Optional.of(ReportCodec.write(report)));

    // then
    assertThat(line.length()).isLessThanOrEqualTo(ResultCodec.SHORT);
    var read = ResultCodec.read("The result", line);
    assertThat(read.isShortened()).isTrue();
    assertThat(ResultCodec.read("The result", ResultCodec.write(read))).isEqualTo(read);
    assertThat(read.outcome())
        .isInstanceOfSatisfying(
            Outcome.Failed.class,
            failed -> {
              assertThat(failed.kind()).isEqualTo(FailureKind.CORRUPT_BACKUP);
              assertThat(failed.message()).startsWith("do not rely on nightly");
              assertThat(failed.report())
                  .contains(new VerifyReport(1, 1, 0, 0, 1, List.of(), 1000, List.of()));
            });
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "\u00e9", "\u78c1", "\ud83d\ude00", "\u001b", "\"\\\n"})
  void aTerminationMessage_countsBytesWhateverTheCharacters(String text) {
    // given
    var failure = new VirtMoverException(FailureKind.CORRUPT_BACKUP, "a" + text.repeat(5000));

    // when
    var line = ResultCodec.shortLine(ID, Optional.of(failure), Optional.empty());

    // then
    assertThat(line.getBytes(StandardCharsets.UTF_8).length).isLessThanOrEqualTo(ResultCodec.SHORT);
    assertThat(ResultCodec.read("The result", line.getBytes(StandardCharsets.UTF_8)).outcome())
        .isInstanceOfSatisfying(
            Outcome.Failed.class,
            failed -> {
              assertThat(failed.message()).startsWith("a" + text).endsWith("...");
              assertThat("a" + text.repeat(5000))
                  .startsWith(failed.message().replaceFirst("\\.\\.\\.$", ""));
            });
  }

  @ParameterizedTest
  @CsvSource({"140, false", "160, true"})
  void aControllerGetsTheWholeResultUnlessItIsVeryLong(int damages, boolean isShortened) {
    // given
    var report = JsonNodeFactory.instance.objectNode().put("task", "verify");
    var list = report.putArray("damages");
    IntStream.range(0, damages).forEach(i -> list.add("x".repeat(7000)));

    // when
    var line = ResultCodec.postedLine(ID, Optional.empty(), Optional.of(report));

    // then
    assertThat(line.contains("\"shortened\":true")).isEqualTo(isShortened);
    assertThat(line.contains("xx")).isNotEqualTo(isShortened);
  }

  @Test
  void aResultThatIsTooLongForOne_isNotLookedAt() {
    assertRefusedResult("x".repeat(ResultCodec.LONGEST), "A result is not JSON");
    assertRefusedResult("x".repeat(ResultCodec.LONGEST + 1), "A result is too large.");
  }

  private static void assertRefusedResult(String text, String message) {
    assertThatThrownBy(() -> ResultCodec.read("A result", text))
        .isInstanceOf(VirtMoverException.class)
        .hasMessageStartingWith(message);
  }

  @Test
  void wordsOfALaterMinorVersionDoNoHarm() throws IOException {
    // given
    var full =
        Files.readString(golden("request-backup-push"))
            .replace("\"VolumeReplaced\"", "\"NodeReplaced\"");
    var failed =
        Files.readString(golden("result-verify"))
            .replace("\"verify\"", "\"collect\"")
            .replace("CORRUPT_BACKUP", "TIRED");

    // then
    assertRefused(
        full, FailureKind.INVALID_REQUEST, "backup.reason: 'NodeReplaced' is not a reason");
    assertThat(RequestCodec.read(plant(full.replace("\"1.1\"", "\"1.2\""))).task())
        .isInstanceOfSatisfying(
            BackUp.class, task -> assertThat(task.reason()).contains(FullReason.OTHER));
    assertThat(ResultCodec.read("A result", failed.replace("\"1.1\"", "\"1.2\"")).outcome())
        .isInstanceOfSatisfying(
            Outcome.Failed.class,
            outcome -> {
              assertThat(outcome.kind()).isEqualTo(FailureKind.INTERNAL);
              assertThat(outcome.report()).isEmpty();
            });
  }

  @Test
  void whatIsTakenAndNotUsedIsRefused() {
    var pushed =
        new BackUp.Disk(
            ROOT,
            BackupType.FULL,
            new DiskOrigin.PushedFile(Path.of("/d"), OptionalLong.empty()),
            Optional.empty(),
            Optional.empty());
    assertThatThrownBy(
            () ->
                new BackUp(
                    BACKUP,
                    FULL,
                    Optional.empty(),
                    Optional.empty(),
                    List.of(pushed),
                    Optional.of(Path.of("/ca")),
                    Optional.empty(),
                    Optional.empty(),
                    OptionalLong.empty(),
                    false))
        .hasMessageContaining("CA and token do not apply");
  }

  private void assertWrong(String name, String right, String wrong, String message)
      throws IOException {
    var text = Files.readString(golden(name));
    assertThat(text).contains(right);
    assertRefused(text.replace(right, wrong), FailureKind.INVALID_REQUEST, message);
  }

  private void assertRefused(String text, FailureKind kind, String message) throws IOException {
    var file = plant(text);
    assertThatThrownBy(() -> RequestCodec.read(file))
        .isInstanceOfSatisfying(VirtMoverException.class, e -> assertThat(e.kind()).isEqualTo(kind))
        .hasMessageContaining(message)
        .message()
        .doesNotContain("hush", "hu sh", "\n");
  }

  private Path plant(String text) throws IOException {
    return Files.writeString(folder.resolve("request.json"), text);
  }

  private static void assertGolden(String name, String actual) throws IOException {
    if (Boolean.getBoolean("golden.rewrite")) {
      Files.createDirectories(GOLDEN);
      Files.writeString(golden(name), actual);
    }
    assertThat(actual).isEqualTo(Files.readString(golden(name)));
  }

  private static Path golden(String name) {
    return GOLDEN.resolve(name + ".json");
  }
}
