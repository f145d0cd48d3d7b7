// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.virtmover.domain.BackupType;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import io.virtmover.transfer.DiskOrigin;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WordsTest {
  @ParameterizedTest
  @CsvSource({
    "1, 1",
    "0512, 512",
    "512, 512",
    "1K, 1024",
    "64Mi, 67108864",
    "2Gi, 2147483648",
    "2GiB, 2147483648",
    "8T, 8796093022208"
  })
  void shouldReadSizes(String text, long bytes) {
    assertThat(Words.bytes(text)).isEqualTo(bytes);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "x",
        "-1",
        "1.5G",
        "1 G",
        "9999999999999999999",
        "9999999T",
        "1k",
        "0",
        "00",
        "0Mi",
        "+1",
        "1e3",
        "0x10",
        "1_000",
        "64KB",
        "64 MiB",
        "64mi",
        "1Pi",
        "Mi",
        "\u0661\u0662",
        " 1",
        "1\n",
        "9223372036854775808",
        "8388608Ti",
        "9007199254740992Ki"
      })
  void shouldRefuseOtherSizes(String text) {
    assertThatThrownBy(() -> Words.bytes(text))
        .isInstanceOfSatisfying(
            VirtMoverException.class,
            failure -> assertThat(failure.kind()).isEqualTo(FailureKind.INVALID_REQUEST));
  }

  @Test
  void shouldTakeMebibytesInBothSpellings() {
    assertThat(Words.bytes("40MiB")).isEqualTo(Words.bytes("40Mi")).isEqualTo(Words.bytes("40M"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://user:hush@export/volumes/d",
        "https://export/d?token=hush",
        "=https://export/d?token=hush",
        "d",
        "d=",
        "d=,size=1Mi",
        "d=/a,size=0",
        "d=/a,size=1e3",
        "d=/a,type=half"
      })
  void shouldRefuseADiskWithoutRepeatingASecret(String text) {
    assertThatThrownBy(() -> Words.disk(text, BackupType.FULL))
        .isInstanceOf(VirtMoverException.class)
        .message()
        .doesNotContain("hush");
  }

  @Test
  void shouldReadADiskWithCommasAndEqualsInItsSource() {
    // when
    var disk = Words.disk("data disk=/a,b=c/d.qcow2,pvc=claim,size=1Mi", BackupType.INCREMENTAL);

    // then
    assertThat(disk.volume().value()).isEqualTo("data disk");
    assertThat(disk.origin())
        .isEqualTo(new DiskOrigin.PushedFile(Path.of("/a,b=c/d.qcow2"), OptionalLong.of(1 << 20)));
    assertThat(disk.pvc()).hasValue("claim");
    assertThat(disk.type()).isEqualTo(BackupType.INCREMENTAL);
    assertThat(Words.disk("d=/d.qcow2,type=full", BackupType.INCREMENTAL).type())
        .isEqualTo(BackupType.FULL);
  }
}
