// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.virtmover.agent.backup.BackupJob;
import io.virtmover.domain.BackupName;
import io.virtmover.domain.BackupType;
import io.virtmover.domain.CheckpointName;
import io.virtmover.domain.FullReason;
import io.virtmover.domain.VolumeName;
import io.virtmover.transfer.BackUp;
import io.virtmover.transfer.DiskOrigin;
import io.virtmover.transfer.DiskSize;
import io.virtmover.transfer.MoverMemory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BackupCommandTest {
  private static final TypedCommand BACKUP =
      TypedCommand.of("backup --vm a/b --backup b2 --checkpoint c2");

  @TempDir private Path folder;

  @Test
  void aFullOfAFile_isAskedForAsInARequest() {
    assertThat(task("--type", "full", "--disk", "d=/x.qcow2"))
        .isEqualTo(
            new BackUp(
                new BackupName("b2"),
                new CheckpointName("c2"),
                Optional.empty(),
                Optional.empty(),
                List.of(
                    disk(
                        "d",
                        BackupType.FULL,
                        new DiskOrigin.PushedFile(Path.of("/x.qcow2"), OptionalLong.empty()))),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                OptionalLong.empty(),
                false));
  }

  @Test
  void everyWord_hasItsPlace() {
    // when
    var increment =
        task(
            "--type",
            "Incremental",
            "--parent",
            "c1",
            "--vm-uid",
            "u",
            "--memory",
            "128Mi",
            "--disk",
            "d=https://x/d,size=1Mi",
            "--disk",
            "e=https://x/e,atMost=2Mi,type=full",
            "--export-ca",
            "/ca",
            "--export-token",
            "/token",
            "--single-writer");

    // then
    assertThat(increment)
        .isEqualTo(
            new BackUp(
                new BackupName("b2"),
                new CheckpointName("c2"),
                Optional.of(new CheckpointName("c1")),
                Optional.of("u"),
                List.of(
                    disk(
                        "d",
                        BackupType.INCREMENTAL,
                        DiskOrigin.Export.of("https://x/d", new DiskSize.Exactly(1 << 20))),
                    disk(
                        "e",
                        BackupType.FULL,
                        DiskOrigin.Export.of("https://x/e", new DiskSize.AtMost(2 << 20)))),
                Optional.of(Path.of("/ca")),
                Optional.of(Path.of("/token")),
                Optional.empty(),
                OptionalLong.of(128 << 20),
                true));
    assertThat(task("--type", "full", "--disk", "d=/x", "--reason", "Requested").reason())
        .contains(FullReason.REQUESTED);
  }

  /** What only people can set is the same for them unless they do. */
  @Test
  void whatIsLeftOut_isAsUsual() {
    assertThat(BACKUP.with("--type", "full", "--disk", "d=/x").as(BackupCommand.class).clusterBits)
        .isEqualTo(BackupJob.Settings.usual("a").clusterBits());
    assertThat(TypedCommand.of("backup").help())
        .contains("default: %dMi,".formatted(MoverMemory.USUAL_BUDGET >> 20));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          --type half --disk d=/x                               | 'half' is not a backup type: write full or incremental
          --type incremental --disk d=/x                        | An increment needs the checkpoint it builds on: --parent NAME
          --type full --parent p --disk d=/x                    | A full has no parent: leave out --parent
          --type incremental --parent c2 --disk d=/x            | cannot be its own parent
          --type incremental --parent p --reason Requested --disk d=/x  | A reason says why a backup is a full
          --type full --reason Whim --disk d=/x                 | 'Whim' is not a reason for a full
          --type full --disk d=/x --disk d=/y                   | Disk d is given twice
          --type full --disk d=/x,type=incremental              | Disk d is said to be incremental
          --type full --disk d=/no-such --export-token /t       | CA and token do not apply
          --type full --disk d=/no-such --export-ca /t          | CA and token do not apply
          --type full --disk d=/x --memory 0                    | '0' is no size
          --type full --disk d=/x --memory 1e3                  | '1e3' is not a size
          --type full --disk d=/x --memory -5                   | '-5' is not a size
          --type full --disk d=/x --memory 99999999T            | '99999999T' is too large
          --type full --disk d=/x --memory 1                    | too small
          --type full --disk d=/x --cluster-bits hush           | The value of --cluster-bits is not understood
          --type full --disk d=https://x/e                      | add ,size=BYTES
          --type full --disk d=https://x/e,size=1,atMost=1      | size is given twice
          --type full --disk d=https://x/e,atMost=1,atMost=2    | size is given twice
          --type full --disk d=/no-such,atMost=1                | leave out ,atMost=BYTES
          --type full --disk d=http://u:hush@x/e,size=1Mi       | neither a file nor an https address
          --type full --disk https://u:hush@x/e?a=hush          | is not a disk
          """)
  void whatContradictsItself_isRefused(String words, String message) {
    BACKUP.with(words.split(" ", -1)).atNobody(folder).assertRefused(message);
  }

  @Test
  void aReadOnlyLocation_isNeverWritten() throws IOException {
    var location =
        Files.writeString(
            folder.resolve("ro.yaml"),
            "kind: BackupStorageLocation\nspec: {provider: aws, accessMode: ReadOnly, objectStorage: {bucket: b}}");
    for (var command :
        List.of(
            BACKUP.with("--type", "full", "--disk", "d=/x"),
            TypedCommand.of("rebuild-index --vm a/b"))) {
      command.with("--location", location.toString()).assertRefused("ReadOnly");
    }
  }

  private static BackUp task(String... words) {
    return BACKUP.with(words).as(BackupCommand.class).task();
  }

  private static BackUp.Disk disk(String volume, BackupType type, DiskOrigin origin) {
    return new BackUp.Disk(
        new VolumeName(volume), type, origin, Optional.empty(), Optional.empty());
  }
}
